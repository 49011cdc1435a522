"""What a registered version keeps of its run, so that it stays explainable once the run's folder is gone.

An event of the journal is one small file: each part has its share of it, and what does not fit is counted in
`left_out`, never cut silently.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from mlops_console.display import iso, json_number, json_text
from mlops_console.records import Json

if TYPE_CHECKING:
    from mlops_console.workspace.details import RunDetail

MOST_TEXT: Final = 4_096
"""Characters of one value."""
SHARES: Final = {
    "params": 128 << 10,
    "metrics": 192 << 10,
    "summary": 48 << 10,
    "datasets": 64 << 10,
    "environment": 96 << 10,
    "tags": 24 << 10,
    "signature": 32 << 10,
    "files": 256 << 10,
    "evaluation": 128 << 10,
}
"""Bytes of the event that each part may take, as it is written; together less than 1 MiB."""
_CODE: Final = ("commit", "branch", "remote", "dirty", "untracked")
_DEEPEST: Final = 8
_MOST_SERIES: Final = 256


def facts_of(run: "RunDetail", diff_sha256: str | None = None) -> dict[str, Json]:
    """The parts of a `register` event's body that come from its run; pure.

    `diff_sha256` is the hash of the uncommitted changes, where they lie in a file of the run.
    """
    parts = Parts()
    parts.mapping("params", run.params)
    parts.mapping("metrics", {metric.key: _figures(metric) for metric in _most_telling(run)})
    parts.mapping("summary", run.summary)
    parts.listing("datasets", run.datasets)
    code, environment = code_and_environment(run.environment, diff_sha256)
    parts.body["code"] = code
    parts.mapping("environment", environment)
    parts.mapping("tags", run.tags)
    return {
        **parts.done(),
        "status": str(run.status),
        "started": iso(run.started),
        "ended": iso(run.ended),
    }


def nothing_known() -> dict[str, Json]:
    """The same parts where there is no run."""
    empty: dict[str, Json] = {"params": {}, "metrics": {}, "summary": {}, "datasets": [], "code": {}}
    return {**empty, "environment": {}, "tags": {}, "status": None, "started": None, "ended": None}


def run_reference(run: "RunDetail") -> dict[str, Json]:
    """What a run is called in events."""
    return {
        "path": json_text(run.path),
        "native": json_text(run.native),
        "native_id": run.native_id,
        "name": _text(run.name) if run.name else None,
        "id": run.id,
    }


def code_and_environment(
    said: Mapping[str, Json], diff_sha256: str | None = None
) -> tuple[dict[str, Json], dict[str, Json]]:
    """What a run's environment says of the code, and the rest of it."""
    code: dict[str, Json] = {key: plain(said[f"git.{key}"]) for key in _CODE if f"git.{key}" in said}
    for key in ("script", "source", "entry_point"):
        if said.get(key):
            code[key] = plain(said[key])
    diff = said.get("git.diff")
    if isinstance(diff, str) and diff.strip():
        diff_sha256 = diff_sha256 or sha256(diff.encode("utf-8", "surrogateescape")).hexdigest()
    if diff_sha256:
        code["diff_sha256"] = diff_sha256
    rest = {key: value for key, value in said.items() if not key.startswith("git.") and key not in code}
    # The packages go last: should there be too many, nothing else is lost over them.
    packages = rest.pop("packages", None)
    return code, rest if packages is None else {**rest, "packages": packages}


def plain(value: Any, depth: int = 0) -> Json:
    """A value that any JSON parser reads back; texts of reasonable length."""
    match value:
        case str():
            return _text(value)
        case bool() | int() | None:
            return value
        case float():
            return json_number(value)
        case Mapping() if depth < _DEEPEST:
            return {_text(str(key)): plain(inner, depth + 1) for key, inner in value.items()}
        case list() | tuple() if depth < _DEEPEST:
            return [plain(inner, depth + 1) for inner in value]
    return _text(str(value))


class Parts:
    """Gathers the parts of a body, each within its share."""

    def __init__(self) -> None:
        self.body: dict[str, Json] = {}
        self.left_out: dict[str, Json] = {}
        """Part -> how many of its entries did not fit."""

    def mapping(self, name: str, values: Mapping[str, Any]) -> None:
        """The first entries of a mapping that fit; of one that is a mapping itself, its first ones too."""
        kept: dict[str, Json] = {}
        room = SHARES[name]
        lost = 0
        for key, value in values.items():
            entry = plain(value)
            needed = _bytes({_text(key): entry})
            if needed <= room:
                kept[_text(key)] = entry
                room -= needed
            elif isinstance(entry, dict) and needed > SHARES[name] // 2:
                kept[_text(key)] = inner = dict(_within(entry.items(), room))
                lost += len(entry) - len(inner)
                room = 0
            else:
                lost += 1
        self._put(name, kept, lost)

    def listing(self, name: str, values: Iterable[Any]) -> None:
        """The first entries of a list that fit."""
        every = [plain(value) for value in values]
        kept: list[Json] = []
        room = SHARES[name]
        for entry in every:
            room -= _bytes(entry)
            if room < 0:
                break
            kept.append(entry)
        self._put(name, kept, len(every) - len(kept))

    def done(self) -> dict[str, Json]:
        """The body; `left_out` only where something was."""
        return {**self.body, "left_out": self.left_out} if self.left_out else self.body

    def _put(self, name: str, kept: Json, lost: int) -> None:
        self.body[name] = kept
        if lost:
            self.left_out[name] = lost


def _within(items: Iterable[tuple[str, Json]], room: int) -> Iterable[tuple[str, Json]]:
    for key, value in items:
        room -= _bytes({key: value})
        if room < 0:
            return
        yield key, value


def _bytes(value: Json) -> int:
    """How many bytes it takes at most: where every character beyond ASCII is escaped."""
    return len(json.dumps(value)) + 2


def _text(text: str) -> str:
    whole = json_text(text)
    return whole if len(whole) <= MOST_TEXT else whole[: MOST_TEXT - 1] + "~"


def _figures(metric: Any) -> dict[str, Json]:
    found: dict[str, Json] = {
        "last": json_number(metric.last_value),
        "min": json_number(metric.min),
        "max": json_number(metric.max),
        "count": metric.count,
    }
    if metric.min_step is not None:
        found["min_step"], found["max_step"] = metric.min_step, metric.max_step
    found["step"] = metric.last_step
    return found


def _most_telling(run: "RunDetail") -> Sequence[Any]:
    """The metrics, those that a run is judged by first: should there be thousands, these are kept."""
    if len(run.metrics) <= _MOST_SERIES:
        return run.metrics
    from mlops_console.workspace.goals import interest

    return sorted(run.metrics, key=lambda metric: -interest(metric.key))
