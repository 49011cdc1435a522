"""The Params section: what was set, what it was in the run before, and the tags of tools and people."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from mlops_console import display
from mlops_console.console.drawing import width_of
from mlops_console.console.run.data import tag_text
from mlops_console.console.run.facts import RunView, value_text
from mlops_console.console.run.history import HistorySection
from mlops_console.console.run.listed import Listed
from mlops_console.console.run.metrics import natural
from mlops_console.console.run.section import Page
from mlops_console.console.run.texts import (
    BLANK,
    LABEL_MOST,
    Cell,
    Item,
    TextRow,
    heading,
    label_width,
    pairs,
    sentence,
)
from mlops_console.records import Json


class ParamsSection(Listed):
    """Parameters with their values before, results, tags."""

    name = "Params"

    def __init__(self, page: Page, history: HistorySection) -> None:
        super().__init__(page)
        self._history = history

    def opened(self) -> None:
        """What they were comes with the history."""
        super().opened()
        self._history.want("params", True)

    def closed(self) -> None:
        """Nobody looks at it any more."""
        super().closed()
        self._history.want("params", False)

    def made_from(self) -> object:
        """They are made anew when the history has more to say."""
        return id(self._history.changes), dict(self._history.tags)

    def made(self, width: int, now: int) -> list[TextRow]:
        """The rows."""
        if self.view is None:
            return []
        rows = params(self.view, width, self._history.before)
        if self._history.tags:
            rows += [BLANK, heading("Tags of people", "T gives one, :untag takes it back")]
            rows += people_tags(self._history.tags)
        return rows


def people_tags(tags: Mapping[str, str]) -> list[TextRow]:
    """The tags that people gave, apart from those of tools."""
    label = min(LABEL_MOST, max(10, *(width_of(display.safe_text(tag)) for tag in tags)))
    return [
        TextRow(
            (Cell(2, tag, "accent", width=label), Cell(4 + label, value, "second")),
            f"{tag} {value}",
            item=Item(f"tag:{tag}", f"{tag}={value}" if value else tag),
        )
        for tag, value in sorted(tags.items())
    ]


def params(view: RunView, width: int, before: Mapping[str, object] = MappingProxyType({})) -> list[TextRow]:
    """Parameters with what they were in the run before, stated results, tags."""
    rows: list[TextRow] = []
    label = label_width((*view.params, *view.summary, *view.tags), width)
    if view.params:
        different = sum(1 for key in view.params if key in view.varying)
        verb = "varies" if different == 1 else "vary"
        note = f", {display.count(different)} {verb} between runs" if different else ""
        rows.append(heading("Params", display.count(len(view.params)) + note))
        rows += with_before(pairs(_sorted(view.params), width, view.varying, label), before, width, label)
    else:
        rows += [
            heading("Params"),
            BLANK,
            *sentence(
                "None found. They would be read from a YAML, JSON or TOML file beside the metrics, from the"
                " tool's own files, or from mlops_console.run(params=...).",
                min(width, 100),
            ),
        ]
    if view.summary:
        rows += [BLANK, heading("Results", "final values that the run states itself")]
        rows += pairs(_sorted(view.summary), width, label=label)
    if view.tags:
        rows += [BLANK, heading("Tags")]
        told = {key: tag_text(key, str(value)) for key, value in view.tags.items()}
        for row in pairs(_sorted(told), width, label=label):
            item = row.item
            # What is copied is what the tool wrote.
            whole = item and item._replace(copy=str(view.tags.get(item.key, item.copy)))
            rows.append(row._replace(item=whole))
    return rows


def with_before(
    rows: Iterable[TextRow], before: Mapping[str, object], width: int, label: int
) -> Iterator[TextRow]:
    """Behind a value that fits in one row: what it was in the run before."""
    for row in rows:
        key = row.item.key if row.item is not None else ""
        if key in before and row.cells[0].at == 2:
            was = before[key]
            words = f"was {value_text(was, key)}" if was is not None else "not set before"  # type: ignore[arg-type]
            value = row.cells[-1]
            at = max(4 + label + 18, value.at + width_of(display.safe_text(value.text)) + 3)
            if at + width_of(words) < width - 3:
                shown = value._replace(ink="text", bold=True, width=at - value.at - 2)
                row = row._replace(cells=(*row.cells[:-1], shown, Cell(at, words, "muted")))
        yield row


def _sorted(items: Mapping[str, Json]) -> dict[str, Json]:
    return {key: items[key] for key in sorted(items, key=natural)}
