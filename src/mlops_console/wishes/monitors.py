"""What is watched for drift: `[monitors.NAME]`."""

import re
from dataclasses import replace
from typing import Any, Final, Literal

from mlops_console.wishes.known import nearest
from mlops_console.wishes.model import Monitor
from mlops_console.wishes.naming import why_no_alias, why_no_name
from mlops_console.wishes.tables import Table, shown

MONITOR_KEYS: Final = (
    "model", "alias", "owner", "reference", "current", "time", "window", "zone", "prediction", "score",
    "label", "labels", "key", "delay", "metric", "features", "ignore", "categorical", "numeric", "segments",
    "drift", "watch", "q", "classifier", "confirm", "thresholds", "action", "settle",
)  # fmt: skip
THRESHOLD_KEYS: Final = ("watch", "drift")
USUAL: Final = (0.05, 0.10)
"""(watch, drift) where none are named."""
_SAID_ONLY: Final = frozenset({"owner", "action"})
"""Nothing is judged by these: a mistake in one costs itself."""
_WINDOWS: Final = ("file", "day", "week", "month")
_MEANT: Final = {
    "files": "file", "days": "day", "daily": "day", "weeks": "week", "weekly": "week", "months": "month",
    "monthly": "month",
}  # fmt: skip
_MOST: Final = 200
"""Monitors of a project."""
_MOST_ROWS: Final = 1_000_000_000
_MOST_WINDOWS: Final = 50
"""That an alarm may be confirmed by."""
_DECADE: Final = 3650 * 86_400.0
_DAY: Final = 86_400.0
_OF: Final = re.compile(r"\s*([0-9]{1,3})\s+of\s+([0-9]{1,3})\s*")


def read_monitors(top: Table) -> dict[str, Monitor]:
    """All monitors by name; one that can't judge says why (`Monitor.unusable`)."""
    holder = top.table("monitors")
    if holder is None:
        return {}
    if len(holder.values) > _MOST:
        top.say("monitors", f"holds {len(holder.values):,} monitors; {_MOST} are the most")
        return {}
    found = {}
    for name in holder.values:
        why = why_no_name(name)
        if why:
            holder.say(name, f"is no name of a monitor: it {why}")
            continue
        table = holder.table(name)
        found[name] = Monitor(name, unusable=_WHAT) if table is None else _monitor(name, table)
    return found


_WHAT: Final = "it is no table"


def _monitor(name: str, table: Table) -> Monitor:
    unknown = table.known(*MONITOR_KEYS)
    window, rows = _window(table)
    monitor = Monitor(
        name,
        model=_name(table, "model", why_no_name),
        alias=_name(table, "alias", why_no_alias) or "champion",
        owner=table.text("owner"),
        reference=_place(table, "reference"),
        current=_place(table, "current"),
        time=table.text("time"),
        window=window,
        rows=rows,
        zone=_zone(table),
        prediction=table.text("prediction"),
        score=table.text("score"),
        label=table.text("label"),
        labels=_place(table, "labels"),
        key=table.text("key"),
        delay_seconds=table.seconds("delay", 0.0, _DECADE) or 0.0,
        metric=table.text("metric"),
        features=table.texts("features"),
        ignore=table.texts("ignore"),
        categorical=table.texts("categorical"),
        numeric=table.texts("numeric"),
        segments=table.texts("segments"),
        classifier=_area(table),
        confirm=_confirm(table),
        action=table.text("action"),
        settle_seconds=_settle(table),
    )
    _missing(table, monitor)
    watch, drift, q = _share(table, "watch"), _share(table, "drift"), _share(table, "q")
    _ordered(table, watch, drift)
    monitor = replace(monitor, watch=watch, drift=drift, q=q, thresholds=_thresholds(table, watch, drift))
    harmless = [key for key in unknown if nearest(key, MONITOR_KEYS) in _SAID_ONLY]
    wrong = [key for key in dict.fromkeys(table.wrong) if key not in _SAID_ONLY and key not in harmless]
    return replace(monitor, unusable=_why_unusable(wrong))


def _why_unusable(wrong: list[str]) -> str:
    if not wrong:
        return ""
    listed = ", ".join(f"`{key}`" for key in wrong[:3]) + (f" and {len(wrong) - 3} more" if wrong[3:] else "")
    return f"what it says of {listed} can't be used"


def _missing(table: Table, monitor: Monitor) -> None:
    """What it can't do without."""
    if "current" not in table.values:
        table.say("current", "is missing", 'say where rows arrive: current = "predictions"')
    if "reference" not in table.values and "model" not in table.values:
        table.say(
            "reference",
            "is missing",
            'name data, reference = "data/train.parquet", or the model whose baseline it is, model = "churn"',
        )
    if monitor.window in ("day", "week", "month") and not monitor.time:
        table.say(
            "time", f"is missing, which windows of a {monitor.window} are cut by", 'for example time = "at"'
        )
    if monitor.labels and not monitor.label:
        table.say("label", "is missing", "name the column of `labels` that holds them")
    if monitor.labels and not monitor.key:
        table.say("key", "is missing", "name the column by which `labels` are joined to rows")
    both = sorted(set(monitor.categorical) & set(monitor.numeric))
    if both:
        table.say("numeric", f"has {shown(both[0])}, which `categorical` has too")


def _name(table: Table, key: str, why_not: Any) -> str:
    name = table.text(key)
    if name or (key in table.values and key not in table.wrong):
        why = why_not(name)
        if why:
            table.say(key, f"is no name: it {why}")
            return ""
    return name


def _place(table: Table, key: str) -> str:
    place = table.text(key)
    if key not in table.values or key in table.wrong:
        return place
    if not place.strip() or "\0" in place:
        table.say(key, "names no file or folder")
    elif ".." in place.split("/"):
        table.say(key, "has a .. in it", "write the whole path of its folder")
    return place


def _window(table: Table) -> tuple[Literal["file", "day", "week", "month", "rows"], int]:
    value = table.values.get("window")
    if isinstance(value, dict):
        inner = Table(table.at("window"), value, table.mistakes)
        inner.known("rows")
        if "rows" not in value:
            inner.say("rows", "is missing", "so many rows are a window: window = { rows = 5000 }")
        rows = inner.whole("rows", 5_000, 1, _MOST_ROWS)
        table.wrong += ["window"] if inner.wrong else []
        return "rows", rows
    match table.choice("window", _WINDOWS, _MEANT):
        case "day":
            return "day", 0
        case "week":
            return "week", 0
        case "month":
            return "month", 0
    return "file", 0


def _zone(table: Table) -> str:
    zone = table.text("zone", "UTC")
    if zone == "UTC" or "zone" in table.wrong:
        return "UTC"
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # an unknown one, a path, a folder of zones
        table.say("zone", f"{shown(zone)} is no time zone known here", 'write zone = "Europe/Berlin"')
        return "UTC"
    return zone


def _settle(table: Table) -> float:
    usual = Monitor("").settle_seconds
    settle = table.seconds("settle", usual, _DAY)
    return usual if settle is None else settle


def _confirm(table: Table) -> tuple[int, int]:
    value = table.values.get("confirm")
    if value is None:
        return (1, 1)
    said = _OF.fullmatch(value) if isinstance(value, str) else None
    if said is None:
        table.say("confirm", f"is {shown(value)}", 'write "2 of 3": so many of the last so many windows')
        return (1, 1)
    hits, windows = int(said[1]), int(said[2])
    if not 1 <= hits <= windows <= _MOST_WINDOWS:
        table.say(
            "confirm", f"{shown(value)} can't be met", f'write "2 of 3"; {_MOST_WINDOWS} windows are the most'
        )
        return (1, 1)
    return (hits, windows)


def _share(table: Table, key: str) -> float | None:
    value = table.number(key)
    if value is None or 0 < value <= 1:
        return value
    table.say(key, f"is {shown(value)}", "write a share above 0 and up to 1, as 0.1")
    return None


def _area(table: Table) -> float | None:
    value = table.number("classifier")
    if value is None or 0.5 <= value <= 1:
        return value
    table.say("classifier", f"is {shown(value)}", "write an area under the curve from 0.5 to 1 (never)")
    return None


def _ordered(table: Table, watch: float | None, drift: float | None) -> bool:
    """Whether WATCH begins before DRIFT, as far as both are named or usual."""
    least, most = USUAL[0] if watch is None else watch, USUAL[1] if drift is None else drift
    if least <= most:
        return True
    if watch is None or drift is None:
        key = "drift" if watch is None else "watch"
        usual = f"`watch` is {USUAL[0]}" if watch is None else f"`drift` is {USUAL[1]}"
        table.say(key, f"is {shown(most if watch is None else least)} where {usual}", "name both")
    else:
        table.say("watch", f"is {shown(watch)}, above `drift`", "WATCH begins before DRIFT")
    return False


def _thresholds(table: Table, watch: float | None, drift: float | None) -> dict[str, tuple[float, float]]:
    """Feature -> its own (watch, drift); what it leaves out is the monitor's, as far as that fits."""
    holder = table.table("thresholds")
    found = {}
    for feature, inner in holder.tables() if holder is not None else ():
        inner.known(*THRESHOLD_KEYS)
        low, high = _share(inner, "watch"), _share(inner, "drift")
        if low is not None and high is not None:
            _ordered(inner, low, high)
        if low is None and high is None and not inner.wrong:
            inner.mistakes.add(inner.path, "names neither watch nor drift", "as { watch = 0.1, drift = 0.2 }")
            inner.wrong.append("drift")
        usual_low, usual_high = watch or USUAL[0], drift or USUAL[1]
        if high is None:
            high = max(usual_high, low or 0)
        found[feature] = (min(usual_low, high) if low is None else low, high)
        if inner.wrong:
            table.wrong.append("thresholds")
    if holder is not None and holder.wrong:
        table.wrong.append("thresholds")
    return found
