"""The charts of a KPI report, in the colours of its page."""

from typing import TYPE_CHECKING, Final

from mlops_console.charts.model import Level
from mlops_console.charts.svg import Look
from mlops_console.charts.svg_points import Limit, Point, points_svg
from mlops_console.display import figures, safe_text
from mlops_console.documents.page import COLOURS
from mlops_console.promotion.gates.kpis import meets
from mlops_console.promotion.gates.words import exact

if TYPE_CHECKING:
    from mlops_console.workspace.kpis.model import ByWindow, KpiState

WINDOWS: Final = "windows"
VERSIONS: Final = "versions"
MOST: Final = 200
"""Values of one chart, the newest."""
_WIDTH: Final = 940
_HEIGHT: Final = 230


def drawn(state: "KpiState", name: str) -> str:
    """A chart of one KPI as SVG; empty where there is nothing to see."""
    return _windows(state) if name == WINDOWS else _versions(state)


def has_windows(state: "KpiState") -> bool:
    """Whether there is something to see over time."""
    return bool(state.windows)


def has_versions(state: "KpiState") -> bool:
    """Whether there is something to see over versions."""
    return sum(one.value is not None for one in state.versions) > 1


def _windows(state: "KpiState") -> str:
    shown = state.windows[-MOST:]
    points = [_window(state, one) for one in shown]
    marks = []
    for place, one in enumerate(shown):
        before = shown[place - 1].version if place else None
        if one.version is not None and one.version != before and place:
            marks.append((place, f"v{one.version}"))
    estimated = sum(one.estimated for one in shown)
    by = "estimated without labels" if estimated == len(shown) else "by labels"
    note = ", open circles: estimated without labels" if 0 < estimated < len(shown) else ""
    title = f"In production, {by}, with 95% intervals{note}"
    return points_svg(points, Look(COLOURS, _WIDTH, _HEIGHT, title=title), _limits(state), marks)


def _window(state: "KpiState", one: "ByWindow") -> Point:
    interval = one.value
    said = figures(interval.value, (interval.low, interval.high))
    return Point(
        safe_text(one.window, 24),
        interval.value,
        interval.low,
        interval.high,
        hollow=one.estimated,
        ink=_ink(state, interval.value),
        words=said[0],
    )


def _versions(state: "KpiState") -> str:
    known = [one for one in state.versions if one.value is not None][-MOST:]
    points = [
        Point(
            f"v{one.version}",
            one.value,
            hollow=not one.champion_from,
            ink=_ink(state, one.value),
            words=figures(one.value, None)[0] if one.value is not None else "",
        )
        for one in known
    ]
    if len(points) < 2:
        return ""
    never = any(one.hollow for one in points)
    note = ", open circles: never champion" if never else ""
    title = f"As each version was registered{note}"
    return points_svg(points, Look(COLOURS, _WIDTH, _HEIGHT, title=title), _limits(state))


def _ink(state: "KpiState", value: float | None) -> str:
    floor = state.kpi.floor
    fails = floor is not None and value is not None and not meets(state.kpi, value, floor)
    return "bad" if fails else "series0"


def _limits(state: "KpiState") -> list[Limit]:
    kpi = state.kpi
    found = []
    if kpi.floor is not None:
        bad = "below" if kpi.goal == "max" else "above"
        found.append(Limit(Level(f"floor {exact(kpi.floor)}", kpi.floor, "bad"), bad))
    if kpi.target is not None:
        found.append(Limit(Level(f"target {exact(kpi.target)}", kpi.target, "ok")))
    return found
