"""The right lower pane: what the gate under the cursor rests on."""

from typing import TYPE_CHECKING, Any, Final

from mlops_console import display
from mlops_console.charts.bars import bar, difference, interval
from mlops_console.charts.model import Row
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.models.gates import SIGNS, GatesPane, named
from mlops_console.console.models.monitored import Monitored
from mlops_console.console.models.pane import Pane, Place
from mlops_console.console.models.sheet import origin
from mlops_console.console.models.state import metrics_of
from mlops_console.console.models.targets import Served
from mlops_console.console.widgets.chart import put_row

if TYPE_CHECKING:
    from mlops_console.promotion.model import GateResult

BAR: Final = 21
NARROW_BAR: Final = 13
LEAST_BAR: Final = 9
MOST_BAR: Final = 33


class EvidencePane(Pane):
    """The sentence, what it rests on, and a picture where numbers make one."""

    name = tab = "Why"

    def __init__(self, place: Place, gates: GatesPane, served: Served, monitored: Monitored) -> None:
        super().__init__(place)
        self._gates, self._served, self._monitored = gates, served, monitored

    def wanted(self, width: int) -> int:
        """A few rows."""
        return 10

    def heading(self, width: int, *, focused: bool, alone: bool) -> Line:
        """The gate's name."""
        one = self._gates.result
        if not alone:
            self.name = (
                fit(named(one), min(40, width_of(display.safe_text(named(one)))))
                if one is not None
                else "Why"
            )
        return super().heading(width, focused=focused, alone=alone)

    def told(self, width: int) -> Line:
        """The verdict."""
        one = self._gates.result
        line = self.blank()
        if one is None:
            return line
        state, ink = SIGNS[one.verdict]
        word = {"pass": "passes", "fail": "fails", "unknown": "not known"}[one.verdict]
        return line.put(f"{self.place.glyphs.state(state)} {word}", ink)

    def nothing(self, width: int) -> list[Line]:
        """All it has: sentences and pictures."""
        one = self._gates.result
        if one is None:
            return []
        lines = self.wrapped(one.because, width, "second", 5)
        facts = [
            ("measured", one.measured, "text"),
            ("limit", one.required, "second"),
            ("evidence", one.evidence, "second"),
        ]
        lines.append(self.blank())
        for label, value, ink in facts:
            if value and value != "-":
                lines.append(self.blank().to(2).put(fit(label, 10), "muted").put(fit(value, width - 14), ink))
        picture = self._picture(one, width) or self._over_versions(one, width)
        if picture:
            lines += [self.blank(), *picture]
        return [*lines, *self._mistakes(width), *self._targets(width), *self._origin(width)]

    def _targets(self, width: int) -> list[Line]:
        held = self.place.held
        if held is None:
            return []
        monitors = self._monitored.lines(self, held, self.place.version, width)
        targets = self._served.lines(self, held, width)
        return [line for lines in (monitors, targets) if lines for line in (self.blank(), *lines)]

    def _origin(self, width: int) -> list[Line]:
        """Where the version comes from: below, for whoever still wonders."""
        version = self.place.version
        if version is None:
            return []
        lines = [self.blank(), self.blank().to(2).put(f"v{version.number}", "second", bold=True)]
        lines[-1].put("  where it comes from", "muted")
        for label, value in origin(version):
            lines.append(
                self.blank().to(2).put(fit(label, 10), "muted").put(fit(value, width - 14), "second")
            )
        return lines

    def _mistakes(self, width: int) -> list[Line]:
        judged = self._gates.current
        if judged is None or not judged.mistakes:
            return []
        lines = [self.blank()]
        for mistake in judged.mistakes[:3]:
            lines += self.wrapped(f"! {mistake}", width, "warn", 2)
        return lines

    # Pictures

    def _picture(self, one: "GateResult", width: int) -> list[Line]:
        judged = self._gates.current
        seen = judged.evidence if judged is not None else None
        if not seen:
            return []
        gate = one.gate.partition(":")[0].strip()
        if "slice" in gate:
            return self._slices(seen, width)
        if "better" in gate or "signific" in gate or "worse" in gate:
            return self._judgements(seen, width)
        return []

    def _over_versions(self, one: "GateResult", width: int) -> list[Line]:
        """The metric that a gate names, version by version."""
        held, version = self.place.held, self.place.version
        if held is None or version is None:
            return []
        metric = next((key for key in sorted(metrics_of(version), key=len)[::-1] if key in one.gate), None)
        if metric is None:
            return []
        champion = held.holder(self.place.alias)
        others = [each for each in held.model.versions if metric in metrics_of(each) and not each.retracted]
        first = [each for each in others if each in (version, champion)]
        shown = first + [each for each in others if each not in first][: 6 - len(first)]
        if len(shown) < 2:
            return []
        shown.sort(key=lambda each: -each.number)
        values = [metrics_of(each)[metric] for each in shown]
        texts = display.aligned(values)
        low, high = min(values), max(values)
        begin = low - (high - low) * 0.25 if high > low else low - 1
        cells = max(8, min(28, width - 34))
        lines = [self.blank().to(2).put(f"{metric} by version", "muted")]
        for each, value, shown_as in zip(shown, values, texts, strict=True):
            here = each is version
            line = self.blank().to(2).put(fit(f"v{each.number}", 6), "text" if here else "second", bold=here)
            share = (value - begin) / (high - begin) if high > begin else 1.0
            ink = "accent" if here else "muted"
            put_row(
                line, bar(share, cells, ink, ascii_only=self.place.glyphs.ascii), self.place.colours, "bg"
            )
            line.put("  " + shown_as, "text" if here else "second")
            lines.append(line.put(f"  {self.place.alias}" if each is champion else "", "muted"))
        return lines

    def _slices(self, seen: Any, width: int) -> list[Line]:
        found = [one for one in _listed(seen, "slices") if isinstance(one.get("difference"), (int, float))]
        if not found:
            return []
        found.sort(key=lambda one: float(one["difference"]))
        limit = max(abs(float(one["difference"])) for one in found) or 1.0
        cells = BAR if width >= 72 else NARROW_BAR
        many = [f"n {display.count(int(one.get('n') or 0))}" for one in found[:6]]
        room = width - 4 - (2 + cells + 2 + 7 + 2 + max(map(len, many)))
        name = min(24, room, max(width_of(display.safe_text(str(one.get("name", "")))) for one in found))
        lines = [self.blank().to(2).put("slices, worst first; left: worse than the champion", "muted")]
        for one, n in zip(found, many, strict=False):
            value = float(one["difference"])
            line = self.blank().to(2).put(fit(str(one.get("name", "")), name), "second").put("  ")
            ink = _ink(value, one.get("ci"))
            put_row(
                line,
                difference(value, limit, cells, (ink, ink), ascii_only=self.place.glyphs.ascii),
                self.place.colours,
                "bg",
            )
            line.to(2 + name + 2 + cells).put("  ").put(fit(_signed(value), 7, right=True), ink)
            lines.append(line.put(f"  {n}", "muted"))
        return lines

    def _judgements(self, seen: Any, width: int) -> list[Line]:
        found = [one for one in _listed(seen, "judgements") if isinstance(one.get("ci"), (list, tuple))]
        if not found:
            return []
        ends = [abs(float(end)) for one in found for end in one["ci"] if isinstance(end, (int, float))]
        limit = max(ends, default=1.0) or 1.0
        found = found[:4]
        name = min(14, max(width_of(display.safe_text(str(one.get("metric", "")))) for one in found))
        rests = [display.safe_text(str(one.get("n") or ""), 40) for one in found]
        # The two last cells of a pane stay free.
        room = width - 4 - name - 2 - 2 - 7
        n = max(map(width_of, rests))
        n = n if room - n - 2 >= LEAST_BAR else 0
        cells = max(LEAST_BAR, min(MOST_BAR, room - (n + 2 if n else 0)))
        cells -= 1 - cells % 2
        lines = [self.blank().to(2).put("difference to the champion, with its 95% interval", "muted")]
        for one, rest in zip(found, rests, strict=True):
            line = self.blank().to(2).put(fit(str(one.get("metric", "")), name), "second").put("  ")
            put_row(line, self._interval(one, limit, cells), self.place.colours, "bg")
            line.to(2 + name + 2 + cells)
            value = one.get("difference")
            if isinstance(value, (int, float)):
                line.put("  ").put(fit(_signed(float(value)), 7, right=True), _ink(float(value), one["ci"]))
            lines.append(line.put(f"  {rest}" if n else "", "muted"))
        return lines

    def _interval(self, one: dict[str, Any], limit: float, cells: int) -> Row:
        """The interval around its estimate, with zero to be seen through it."""
        low, high = (float(end) for end in one["ci"])
        value = float(one.get("difference") or 0.0)
        ascii_only = self.place.glyphs.ascii
        ink = {"ok": "ok", "bad": "bad"}.get(_ink(value, one["ci"]), "base")
        drawn = interval(
            (low, value, high), (-limit, limit), cells, ink, glyphs="ascii" if ascii_only else "braille"
        )
        zero = cells // 2
        at_estimate = round((value + limit) / (2 * limit) * (cells - 1)) == zero
        return drawn if at_estimate else marked(drawn, zero, "|" if ascii_only else "┊")


def marked(row: Row, column: int, sign: str) -> Row:
    """A row with a sign over one of its cells."""
    spans: list[tuple[str, str]] = []
    at = 0
    for text, ink in row:
        if at <= column < at + len(text):
            before, after = text[: column - at], text[column - at + 1 :]
            spans += [(before, ink), (sign, "muted"), (after, ink)]
        else:
            spans.append((text, ink))
        at += len(text)
    return tuple(span for span in spans if span[0])


def _listed(seen: Any, key: str) -> list[dict[str, Any]]:
    found = seen.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _signed(value: float) -> str:
    text = display.number(value)
    return text if value < 0 else f"+{text}"


def _ink(value: float, ci: Any) -> str:
    """Green or red only where the interval leaves no doubt."""
    if isinstance(ci, (list, tuple)) and len(ci) == 2 and all(isinstance(end, (int, float)) for end in ci):
        return "ok" if ci[0] > 0 else "bad" if ci[1] < 0 else "muted"
    return "muted"
