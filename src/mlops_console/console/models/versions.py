"""The left upper pane: the models where there are several, and the versions of one."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.models.pane import Pane, Place
from mlops_console.console.models.state import CHAMPION, Held, Shown, metrics_of, run_of, since
from mlops_console.console.run.brief import telling
from mlops_console.console.run.reading import now_us

if TYPE_CHECKING:
    from mlops_console.journal.registry import Version

GAP: Final = 2
AGE: Final = 5


class VersionsPane(Pane):
    """A list of models, one of versions; `Enter` goes from the first to the second."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.shown = Shown()
        self._model: tuple[str, str] | None = None
        self.inside = False
        """Whether versions are listed."""
        self._version: str | None = None
        self._only: str = ""
        self._texts: tuple[object, list[str], int] = (None, [], 0)
        self._cells: tuple[int, int, int] | None = None
        """Of the picture that is being drawn: what a row has room for depends on all that are seen."""
        self._names: dict[str, str] = {}

    @property
    def name(self) -> str:  # type: ignore[override]
        """What is listed."""
        return "Versions" if self.inside else "Models"

    @property
    def held(self) -> Held | None:
        """The model that is looked at."""
        if self.inside:
            return self.shown.find(self._model)
        models = self._models
        return models[min(self.at, len(models) - 1)] if models else None

    @property
    def version(self) -> "Version | None":
        """The version that is looked at: under the cursor; in the list of models the newest that stands."""
        held = self.held
        if held is None or not held.model.versions:
            return None
        versions = self._versions
        if self.inside:
            return versions[min(self.at, len(versions) - 1)] if versions else None
        return next((one for one in versions if not one.retracted), versions[0])

    @property
    def _models(self) -> tuple[Held, ...]:
        asked = self._only.lower().split()
        return (
            tuple(one for one in self.shown.models if all(word in one.called.lower() for word in asked))
            if asked
            else self.shown.models
        )

    @property
    def _versions(self) -> "tuple[Version, ...]":
        held = self.held
        return held.model.versions if held is not None else ()

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._versions) if self.inside else len(self._models)

    def show(self, shown: Shown) -> None:
        """A new state: the cursor stays on its version, or model."""
        model, version = self.held, self.version
        first = not self.shown.models
        self.shown = shown
        if first and len(shown.models) == 1:
            self.open(shown.models[0])
        elif self.inside and shown.find(self._model) is None:
            self.inside, self.at = False, 0
        elif self.inside:
            self._stay(version)
        elif model is not None:
            keys = [one.key for one in self._models]
            self.at = keys.index(model.key) if model.key in keys else 0

    def _stay(self, version: "Version | None") -> None:
        ids = [one.id for one in self._versions]
        if version is not None and version.id in ids:
            self.at = ids.index(version.id)

    def open(self, held: Held, number: int | None = None) -> None:
        """List the versions of a model."""
        self._model, self.inside = held.key, True
        numbers = [one.number for one in held.model.versions]
        self.at = numbers.index(number) if number in numbers else 0
        self.top = 0

    def enter(self) -> None:
        """From a model to its versions."""
        held = self.held
        if not self.inside and held is not None:
            self.open(held)
            self.moved()

    def back(self) -> bool:
        """From the versions to the models, where there are several."""
        if self.inside and len(self.shown.models) > 1:
            keys = [one.key for one in self._models]
            self.at = keys.index(self._model) if self._model in keys else 0
            self.inside = False
            self.moved()
            return True
        return False

    def moved(self) -> None:
        """Another version is looked at."""
        self.place.moved()

    def copied(self) -> tuple[str, str] | None:
        """`churn@3`."""
        version = self.version
        return None if version is None else ("", version.label)

    # Drawing

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """Heading and rows."""
        self._cells, self._names = None, {}
        return super().lines(width, height, focused=focused, alone=alone)

    def told(self, width: int) -> Line:
        """Of which model, and how many."""
        line = self.blank()
        held = self.held
        if not self.inside:
            many = len({one.project.key for one in self.shown.models})
            return line.put(
                f"{display.count(self.count)} in {display.count(many)} projects"
                if many > 1
                else display.count(self.count),
                "muted",
            )
        if held is None:
            return line
        words = f"{held.called}, {display.count(self.count)} so far"
        return line.put(fit(words, min(width, width_of(display.safe_text(words)))), "muted")

    def aside(self) -> Line:
        """What MLflow's registry has beside ours: of the model, or of all where models are listed."""
        elsewhere = self.shown.elsewhere
        held = self.held
        many = (
            elsewhere.get(held.model.name, 0) if self.inside and held is not None else sum(elsewhere.values())
        )
        return self.blank().put(f"{display.count(many)} more in MLflow, :adopt" if many else "", "muted")

    def columns(self, width: int) -> Line:
        """Names of the columns."""
        line = self.blank().to(2)
        if not self.inside:
            name, champion = self._model_cells(width)
            line.put(fit("model", name), "muted").put("  ").put(fit(CHAMPION, champion), "muted")
            return (
                line.put("  ")
                .put(fit("versions", 8, right=True), "muted")
                .put(fit("since", AGE + GAP, right=True), "muted")
            )
        _, number = self._numbers()
        sign, run, by = self._version_cells(width)
        line.put(fit("version", 7), "muted").put("  ").put(fit("  alias", sign), "muted")
        metric = (self.held.metric or "") if self.held is not None else ""
        if number:
            line.put("  ").put(fit(_short(metric, number), number, right=True), "muted")
        if run:
            line.put("   ").put(fit("from", run), "muted")
        if by:
            line.put("  ").put(fit("by", by), "muted")
        return line.put(fit("since", AGE + GAP, right=True), "muted")

    def row(self, index: int, line: Line, width: int) -> None:
        """A model, or a version."""
        if self.inside:
            self._version_row(index, line, width)
        else:
            self._model_row(index, line, width)

    def _model_cells(self, width: int) -> tuple[int, int]:
        room = width - 4 - 8 - AGE - 3 * GAP
        name = min(
            max((width_of(display.safe_text(one.called)) for one in self._models), default=5), room - 10
        )
        return max(5, name), max(9, min(24, room - max(5, name)))

    def _model_row(self, index: int, line: Line, width: int) -> None:
        held = self._models[index]
        name, cells = self._model_cells(width)
        line.put(fit(held.called, name), "text", bold=True).put("  ")
        version = held.holder(CHAMPION)
        start = line.at
        if version is None:
            line.put("- none yet", "muted")
        else:
            sign = held.sign(version)
            line.put(self._glyph(sign.state), sign.ink).put(f" v{version.number}", sign.word_ink)
            value = metrics_of(version).get(held.metric or "")
            if value is not None and cells >= 20:
                line.put(f"  {display.number(value)}", "second")
        line.to(start + cells).put("  ").put(
            fit(display.count(len(held.model.versions)), 8, right=True), "second"
        )
        state = held.model.aliases.get(CHAMPION)
        newest = state.since if state is not None else max(one.registered.at for one in held.model.versions)
        line.put(fit(display.age(now_us() - newest), AGE + GAP, right=True), "muted")

    def _numbers(self) -> tuple[list[str], int]:
        """The metric of all versions, aligned; and its cells."""
        held = self.held
        if held is None or held.metric is None:
            return [], 0
        if self._texts[0] is not held.model:
            metric = held.metric
            texts = display.aligned([metrics_of(one).get(metric) for one in held.model.versions])
            self._texts = (held.model, texts, max(6, max(map(len, texts), default=0)))
        return self._texts[1], self._texts[2]

    def _version_cells(self, width: int) -> tuple[int, int, int]:
        """Cells of alias, run and author; 0 where there is no room."""
        if self._cells is None:
            self._cells = self._fitting(width)
        return self._cells

    def _fitting(self, width: int) -> tuple[int, int, int]:
        held = self.held
        assert held is not None
        number = self._numbers()[1]
        room = width - 4 - 7 - GAP - AGE - GAP - (number + GAP if number else 0)
        sign = min(max((2 + width_of(held.sign(one).word) for one in self._seen()), default=7), 16)
        sign = max(7, sign)
        room -= sign
        by = min(
            8, max((width_of(display.safe_text(since(held, one)[1])) for one in self._seen()), default=2)
        )
        by = max(2, by)
        if room < by + GAP:
            return sign, 0, 0
        run = room - by - GAP - 3
        longest = max((width_of(display.safe_text(run_of(one)[1])) for one in self._seen()), default=4)
        return sign, (min(run, max(4, longest)) if run >= 6 else 0), by

    def _runs(self, cells: int) -> dict[str, str]:
        """Names of the runs in so many cells; where a cut would make them look alike they keep their ends."""
        if not self._names:
            seen = self._seen()
            names = telling([run_of(one)[1] for one in seen], cells)
            self._names = {one.id: name for one, name in zip(seen, names, strict=True)}
        return self._names

    def _seen(self) -> "tuple[Version, ...]":
        return self._versions[self.top : self.top + max(60, self._room)]

    def _version_row(self, index: int, line: Line, width: int) -> None:
        held = self.held
        assert held is not None
        version = self._versions[index]
        gone = bool(version.retracted)
        line.put(fit(f"v{version.number}", 7), "muted" if gone else "text", bold=not gone).put("  ")
        cells, run, by = self._version_cells(width)
        sign = held.sign(version)
        start = line.at
        line.put(self._glyph(sign.state), sign.ink).put(" ")
        line.put(fit(sign.word, cells - 2), sign.word_ink).to(start + cells)
        texts, number = self._numbers()
        if number:
            line.put("  ").put(
                fit(texts[index], number, right=True), "text" if index == self.at else "second"
            )
        when, who = since(held, version)
        if run:
            line.put("   ").put(fit(self._runs(run)[version.id], run), "second")
        if by:
            line.put("  ").put(fit(who, by), "muted")
        line.put(fit(display.age(now_us() - when), AGE + GAP, right=True), "muted")

    def _glyph(self, state: str) -> str:
        glyphs = self.place.glyphs
        return {"none": "-", "warning": glyphs.warning}.get(state) or glyphs.state(state)


def _short(metric: str, cells: int) -> str:
    """The end of a metric's name says more than its beginning: `test/auc` is `auc` in a narrow column."""
    if width_of(metric) <= cells:
        return metric
    last = metric.rpartition("/")[2]
    return last if width_of(last) <= cells else last[: cells - 1] + "~"
