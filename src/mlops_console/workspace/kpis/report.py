"""The KPI report: for people who don't use terminals, on one page."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console.display import count, day, figures
from mlops_console.documents.blocks import (
    Block,
    Code,
    Entry,
    Grid,
    Heading,
    Ink,
    Items,
    Picture,
    Tiles,
    Words,
)
from mlops_console.workspace.kpis import words
from mlops_console.workspace.kpis.acting import NOBODY, Act, acts
from mlops_console.workspace.kpis.headline import answer, tiles

if TYPE_CHECKING:
    from mlops_console.workspace.kpis.model import KpiState

_INKS: Final[dict[str, Ink]] = {
    "not kept": "worse",
    "reached": "better",
    "kept": "better",
    "unknown": "muted",
}
_CHARTS: Final = 40
"""KPIs that get charts, the worst first."""
_ROWS: Final = 12
"""Windows and versions in a table, the newest."""


def html(states: "Sequence[KpiState]", now: int, lost: "Sequence[str]" = ()) -> str:
    """One page: no script, nothing from elsewhere; what files say is escaped."""
    from mlops_console.documents.page import page
    from mlops_console.workspace.kpis.drawn import drawn

    by_key = {_key(one): one for one in states}

    def draw(picture: Picture) -> str:
        return drawn(by_key[picture.subject], picture.name)

    return page(contents(states, now, lost), _title(states), "kpis report", draw)


def markdown(states: "Sequence[KpiState]", now: int, lost: "Sequence[str]" = ()) -> str:
    """The same with tables where the page has charts."""
    from mlops_console.documents.markdown import markdown as written

    return written(contents(states, now, lost, tables=True))


def contents(
    states: "Sequence[KpiState]", now: int, lost: "Sequence[str]" = (), *, tables: bool = False
) -> Iterator[Block]:
    """What the report says, in order.

    Args:
        states: The KPIs.
        now: Epoch microseconds.
        lost: Mistakes by which KPIs may be missing.
        tables: Whether trends are tables as well: the form has no charts.
    """
    ordered = words.worst_first(states)
    yield Heading(f"{_title(states)}, {day(now)}", 1)
    yield Words(answer(ordered), "answer")
    if lost:
        yield Words("Some may be missing here, for their file has mistakes:", "muted")
        yield Items(lost[:_ROWS], "warn")
    if not ordered:
        yield Words("A KPI is named in mlops-console.toml, under [models.NAME.kpis.KPI].")
        return
    yield Tiles(list(tiles(ordered)))
    yield Heading("Where they stand")
    yield _table(ordered)
    listed = acts(ordered, now)
    yield from _to_do(listed)
    for place, state in enumerate(ordered):
        yield from _one(state, tables=tables, charts=place < _CHARTS)
    yield from _made(ordered, listed)


def _title(states: "Sequence[KpiState]") -> str:
    projects = list(dict.fromkeys(one.project.name for one in states))
    return f"KPI report of {projects[0]}" if len(projects) == 1 else "KPI report"


def _plain(text: str) -> str:
    """Without the marks that a terminal has for names."""
    return text.replace("`", "")


def _key(state: "KpiState") -> str:
    return "\0".join((state.project.key, state.model, state.kpi.name))


def _table(states: "Sequence[KpiState]") -> Grid:
    several = len({one.project.key for one in states}) > 1
    with_worth = any(one.worth is not None for one in states)
    with_target = any(one.kpi.target is not None for one in states)
    models = len({(one.project.key, one.model) for one in states}) > 1
    head = ["KPI", *(["of"] if models else []), "stands", "from", "owner"]
    left = len(head)
    head += ["now", "floor"]
    head += ["target"] if with_target else []
    head += ["worth, against floor"] if with_worth else []
    rows = []
    for one in states:
        model = f"{one.project.name}/{one.model}" if several else one.model
        row: list[str | Entry] = [
            Entry(one.kpi.name, "best"),
            *([model] if models else []),
            Entry(words.standing(one), _INKS[one.met]),
            one.source if one.value is not None else "nobody measures it",
            one.owner or Entry(NOBODY, "worse"),
        ]
        row += [words.value(one), words.limit(one.kpi, one.kpi.floor)]
        row += [words.limit(one.kpi, one.kpi.target)] if with_target else []
        row += [words.worth(one) or "-"] if with_worth else []
        rows.append(row)
    return Grid(head, rows, left=left)


def _to_do(listed: "Sequence[Act]") -> Iterator[Block]:
    yield Heading("Who does what by when")
    if not listed:
        yield Words("Nothing is to be done.", "muted")
        return
    rows = [
        (
            Entry(_when(one), "worse" if one.late else ""),
            Entry(one.who, "best"),
            _plain(one.what),
        )
        for one in listed
    ]
    yield Grid(("by", "who", "what"), rows, left=3)


def _when(one: "Act") -> str:
    if one.by is None:
        return "now" if one.late else "soon"
    return f"was due {day(one.by)}" if one.late else day(one.by)


def _one(state: "KpiState", *, tables: bool, charts: bool) -> Iterator[Block]:
    from mlops_console.workspace.kpis.drawn import VERSIONS, WINDOWS, has_versions, has_windows

    kpi = state.kpi
    yield Heading(f"{kpi.name} of {state.model}: {words.standing(state)}")
    if kpi.purpose:
        yield Words(kpi.purpose)
    yield Words(_plain(_told(state)), "muted" if state.value is None else "plain")
    if state.remarks:
        yield Items(state.remarks, "warn")
    if charts and not tables:
        if has_windows(state):
            yield Picture(WINDOWS, _key(state))
        if has_versions(state):
            yield Picture(VERSIONS, _key(state))
    if tables:
        yield from _tables(state)


def _told(state: "KpiState") -> str:
    """What is known of it, in sentences."""
    kpi = state.kpi
    better = "more is better" if kpi.goal == "max" else "less is better"
    said = f"{kpi.metric}, {better}: {words.sentence(state)}."
    worth = words.worth(state)
    if worth:
        said += f" Against the floor that is {worth}."
    if state.value is None:
        return f"{said} {state.how}".strip()
    if state.interval is None:
        said += " It was measured before the model went into production; how sure it is, nobody recorded."
    since = [at for one in state.versions if one.version == state.version for at in one.champion_from]
    if since and state.version is not None:
        said += f" In production is v{count(state.version)}, since {day(max(since))}."
    if kpi.review_days is not None:
        said += f" To be looked at {words.every(kpi.review_days)}, {_looked(state)}."
    return said


def _looked(state: "KpiState") -> str:
    last = state.reviewed
    return (
        "which nobody has done yet"
        if last is None
        else f"last on {day(last.at)} by {last.by}: “{last.reason}”"
    )


def _tables(state: "KpiState") -> Iterator[Block]:
    if state.windows:
        rows = []
        for one in state.windows[-_ROWS:]:
            value, low, high = figures(one.value.value, (one.value.low, one.value.high))
            by = "estimated" if one.estimated else "labels"
            version = "-" if one.version is None else f"v{one.version}"
            rows.append((one.window, by, version, value, f"[{low}, {high}]", count(one.value.n)))
        yield Grid(("window", "by", "champion", "value", "95%", "rows"), rows, left=3)
    recorded = [one for one in state.versions if one.value is not None][-_ROWS:]
    if len(recorded) > 1:
        rows_of = [
            (
                f"v{one.version}",
                ", ".join(day(at) for at in one.champion_from) or "never",
                figures(one.value or 0.0, None)[0],
            )
            for one in recorded
        ]
        yield Grid(("version", "champion from", "registered with"), rows_of, left=2)


def _made(states: "Sequence[KpiState]", listed: "Sequence[Act]") -> Iterator[Block]:
    yield Heading("How to read this")
    texts = [
        "A value from labels is what really happened: the model's answers held against what turned out true.",
        "In brackets: between these ends it lies with 95% certainty, as far as chance goes.",
        "A recorded value is what the version reached when it was trained; production may differ.",
        "The floor must be kept; the target is where the figure should be.",
    ]
    if any(one.worth is not None for one in states):
        texts.append(
            "Worth is the distance from the floor, times what mlops-console.toml says a unit is worth."
        )
    yield Items(texts)
    commands = list(dict.fromkeys(one.command for one in listed if one.command))
    if commands:
        yield Words("Whoever has the project at hand does it with:", "muted")
        for command in commands[:_ROWS]:
            yield Code(command)
