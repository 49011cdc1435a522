"""The overview for people who read lines: the parts of the screen one under the other."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from mlops_console.cli.printing import coloured, fitted, table, width
from mlops_console.display import NONE, age, count, counted, day, duration, minute, number, safe_text, size

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace

_ACTS: Final = 20


def told(workspace: "Workspace", part: str) -> Iterable[str]:
    """The lines of a part, its name first."""
    return _PARTS[part](workspace)


def _figures(workspace: "Workspace") -> Iterator[str]:
    from mlops_console.workspace.overview.figures import figures

    one = figures(workspace)
    more = one.runs[-1] - one.runs[-2]
    change = f" ({'+' if more > 0 else ''}{more:,})" if more else ""
    said = [f"{counted(one.runs[-1], 'run')} in 24 h{change}", f"{count(one.failed[-1])} failed"]
    said.append(f"{count(one.running[-1])} running" + (f", {count(one.silent)} silent" if one.silent else ""))
    said.append(f"{counted(one.total, 'run')} in {counted(one.projects, 'project')}")
    if one.disk is not None:
        said.append(f"{size(one.disk.free)} free ({one.disk.used:.0%} used)")
    yield "   ".join(said)


def _attention(workspace: "Workspace") -> Iterator[str]:
    from mlops_console.cli.attention import MARKS
    from mlops_console.workspace.attention.listing import attention
    from mlops_console.workspace.overview.clock import now as clock

    found, now = attention(workspace), clock()
    away = ", ".join(f"{count(n)} {way}" for n, way in found.away)
    yield _head("Needs attention", len(found.items)) + (f"   {away}" if away else "")
    rows = [
        (
            MARKS[one.level],
            one.word,
            safe_text(f"{one.project.name}: {one.subject}", 60),
            _cut(one.what, 60),
            NONE if one.since is None else age(max(0, now - one.since)),
        )
        for one in found.items
    ]
    yield from _table(("", "kind", "of", "what", "since"), rows, (4,), "nothing needs you")
    yield from (safe_text(one, 4096) for one in found.problems)


def _production(workspace: "Workspace") -> Iterator[str]:
    from mlops_console.workspace.drifting.states.model import stands
    from mlops_console.workspace.overview.production import production

    found = production(workspace)
    yield _head("Production", len(found))
    rows = []
    for one in found:
        kpi, monitor = one.kpi, one.monitor
        value = kpi.value if kpi is not None and kpi.value is not None else one.value
        rows.append(
            (
                safe_text(one.model, 60), f"v{one.version.number}", safe_text(one.metric or NONE, 40),
                number(value, 3), number(kpi.kpi.floor if kpi is not None else None, 3),
                "unwatched" if monitor is None else stands(monitor),
                _cut("" if monitor is None else monitor.because, 60),
            )
        )  # fmt: skip
    head = ("model", "version", "KPI", "now", "floor", "health", "because")
    yield from _table(head, rows, (3, 4), "no model is in production")


def _running(workspace: "Workspace") -> Iterator[str]:
    from mlops_console.workspace.overview.clock import now as clock
    from mlops_console.workspace.overview.running import lively

    found, now = lively(workspace), clock()
    failed = f", {count(found.failed)} failed in 24 h" if found.failed else ""
    silent = f", {count(found.silent)} silent" if found.silent else ""
    yield f"{coloured('Running', 'strong')}  {count(found.running)}{silent}{failed}"
    rows = []
    for one in found.runs:
        far = NONE if one.done is None else f"{one.done:,}" + (f" of {one.total:,}" if one.total else "")
        left = one.left(now)
        said = f"about {duration(left)} left" if left is not None else _cut(one.reason, 60)
        word = one.status if one.kind != "silent" else "silent"
        at = NONE if one.at is None else age(max(0, now - one.at))
        rows.append((one.id, safe_text(one.name, 40), word, f"{far} {one.unit}".strip(), at, said))
    yield from _table(("run", "name", "status", "done", "age", ""), rows, (3, 4), "no run is on its way")


def _projects(workspace: "Workspace") -> Iterator[str]:
    from mlops_console.workspace.overview.clock import now as clock
    from mlops_console.workspace.overview.projects import projects

    found, now = projects(workspace), clock()
    yield _head("Projects", len(found))
    rows = [
        (
            safe_text(one.project.name, 60), count(one.runs), safe_text(one.metric or NONE, 40),
            number(one.best, 3), one.by or NONE,
            NONE if one.last is None else age(max(0, now - one.last)), safe_text(one.trouble, 80),
        )
        for one in found
    ]  # fmt: skip
    head = ("project", "runs", "metric", "best", "by run", "last run", "")
    yield from _table(head, rows, (1, 3, 5), "no project is watched")


def _activity(workspace: "Workspace") -> Iterator[str]:
    from mlops_console.workspace.overview.activity import activity

    found = activity(workspace, most=_ACTS)
    yield _head("Activity", len(found))
    rows = [
        (minute(one.at) or day(one.at), safe_text(one.by or NONE, 20), safe_text(one.project.name, 40),
         _cut(one.what, 50))
        for one in found
    ]  # fmt: skip
    yield from _table(("when (UTC)", "who", "project", "what"), rows, (), "nothing this week")


def _head(name: str, number_of: int) -> str:
    return f"{coloured(name, 'strong')}  {count(number_of)}"


def _cut(text: str, beside: int) -> str:
    """A sentence in what a terminal has left beside other columns; whole where output goes elsewhere."""
    room = width()
    said = safe_text(" ".join(text.split()), 4096)
    return (
        said if room is None or len(said) <= max(24, room - beside) else fitted(said, max(24, room - beside))
    )


def _table(
    head: tuple[str, ...], rows: Sequence[tuple[str, ...]], right: tuple[int, ...], nothing: str
) -> Iterator[str]:
    if not rows:
        yield coloured(nothing, "muted")
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    yield from table(head, columns, [at in right for at in range(len(head))])


_PARTS: Final[dict[str, Callable[[Any], Iterator[str]]]] = {
    "figures": _figures,
    "attention": _attention,
    "production": _production,
    "running": _running,
    "projects": _projects,
    "activity": _activity,
}
