"""What the small files of a run say, as facts. Nothing in them is taken to have the type it should have."""

import posixpath
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from mlops_console.readers.recorded.documents import Documents
from mlops_console.recording import layout
from mlops_console.records import Artifact, Json, ModelFile, Problem, Process, RunFacts, RunKey, Status

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ENDS = {"finished": Status.FINISHED, "failed": Status.FAILED, "killed": Status.KILLED}
_MOST_KEYS = 20_000
_DEEPEST = 16
_MOST_WORDS = 500
_MOST_NAMES = 16
_MACHINE = ("user", "python", "platform", "cpus", "gpus")


def facts(
    key: RunKey,
    found: Documents,
    artifacts: tuple[Artifact, ...],
    models: tuple[ModelFile, ...],
) -> RunFacts:
    """Everything the small files say."""
    run, end = found.run, found.end or {}
    noted = _notes(found, "artifact")
    parent, parent_id = _parent(key, run.get("parent"))
    return RunFacts(
        key=key,
        native_id=text(run.get("id")),
        name=text(run.get("name")) or text(run.get("id")),
        group=text(run.get("group")),
        parent=parent,
        parent_native_id=parent_id,
        same_as=_same_as(found),
        status=_status(found),
        status_reason=_reason(end),
        started=moment(run.get("started")),
        ended=moment(end.get("ended")),
        process=_process(run.get("process")),
        params=flat(run.get("params")),
        tags=_tags(found),
        summary=_summary(found),
        environment=_environment(found),
        datasets=tuple(_dataset(event) for event in _notes(found, "dataset").values()),
        artifacts=artifacts,
        models=tuple(_with_hash(key, model, artifacts, noted) for model in models),
    )


def lost(found: Documents, path: str) -> tuple[Problem, ...]:
    """What the recorder itself could not write."""
    told = (found.end or {}).get("lost")
    if not isinstance(told, dict) or not told.get("count"):
        return ()
    values = "logged value" if told.get("count") == 1 else "logged values"
    words = f"{told.get('count')} {values} could not be recorded; the first: {told.get('because')}"
    return (Problem(path, words[:_MOST_WORDS]),)


def moment(found: Any) -> int | None:
    """Epoch microseconds of an ISO 8601 text (UTC where it does not say) or of epoch seconds."""
    try:
        if isinstance(found, (int, float)) and not isinstance(found, bool):
            time = _EPOCH + timedelta(seconds=found)
        else:
            time = datetime.fromisoformat(found)
        if time.tzinfo is None:
            time = time.replace(tzinfo=UTC)
        return (time - _EPOCH) // timedelta(microseconds=1)
    except (TypeError, ValueError, OverflowError):
        return None


def flat(found: Any) -> dict[str, Json]:
    """Nested objects as dotted keys; a list stays one value."""
    result: dict[str, Json] = {}
    if isinstance(found, dict):
        _flatten(found, "", result, 0)
    return result


def text(found: Any) -> str | None:
    """Text, or a number as text; None for the rest and for nothing."""
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        return None
    return str(found) or None


def _flatten(found: dict[str, Any], above: str, result: dict[str, Json], depth: int) -> None:
    for key, value in found.items():
        if len(result) >= _MOST_KEYS:
            return
        if isinstance(value, dict) and value and depth < _DEEPEST:
            _flatten(value, f"{above}{key}.", result, depth + 1)
        else:
            result[above + key] = value


def _status(found: Documents) -> Status | None:
    if found.end is not None:
        return _ENDS.get(str(found.end.get("status")))
    return Status.RUNNING if found.run else None


def _reason(end: dict[str, Any]) -> str | None:
    error = end.get("error")
    if isinstance(error, dict):
        words = [part for part in (text(error.get("type")), _first_line(error.get("message"))) if part]
        return ": ".join(words)[:_MOST_WORDS] or None
    return _first_line(end.get("reason"))


def _first_line(found: Any) -> str | None:
    lines = (text(found) or "").strip().splitlines()
    return lines[0][:_MOST_WORDS] if lines else None


def _process(found: Any) -> Process | None:
    if not isinstance(found, dict):
        return None
    host, pid, ticks = found.get("host"), found.get("pid"), found.get("ticks")
    if not isinstance(host, str) or type(pid) is not int or not 0 < pid < 2**31:
        return None
    known = type(ticks) is int and 0 < ticks < 2**63
    return Process(host, str(found.get("boot_id") or ""), pid, ticks if known and ticks else 0)


def _parent(key: RunKey, found: Any) -> tuple[RunKey | None, str | None]:
    if not isinstance(found, dict):
        return None, None
    path, identity = found.get("path"), text(found.get("id"))
    if not isinstance(path, str) or not path or path.startswith("/"):
        return None, identity
    way = posixpath.normpath(posixpath.join(key.path, path))
    return (None if way == ".." or way.startswith("../") else RunKey(way)), identity


def _notes(found: Documents, kind: str) -> dict[str, dict[str, Any]]:
    """The latest event of a kind per path, in the order in which they came up."""
    notes: dict[str, dict[str, Any]] = {}
    for event in found.events:
        path = event.get("path")
        if event["event"] == kind and isinstance(path, str):
            notes[path] = event
    return notes


def _same_as(found: Documents) -> tuple[tuple[str, str], ...]:
    """What other trackers that the script used call this run."""
    said = found.run.get("same_as")
    names = [(tool, text(name)) for tool, name in said.items()] if isinstance(said, dict) else []
    names += [
        (tool, text(event.get("id")))
        for event in found.events
        if event["event"] == "same_as" and (tool := text(event.get("tool")))
    ]
    return tuple(dict.fromkeys((tool, name) for tool, name in names if tool and name))[:_MOST_NAMES]


def _tags(found: Documents) -> dict[str, str]:
    tags = {key: text(value) or "" for key, value in flat(found.run.get("tags")).items()}
    for event in found.events:
        key = text(event.get("key"))
        if event["event"] == "tag" and key:
            tags[key] = text(event.get("value")) or ""
    return tags


def _summary(found: Documents) -> dict[str, Json]:
    summary: dict[str, Json] = flat(found.run.get("summary"))
    for event in found.events:
        if event["event"] == "summary":
            summary.update(flat(event.get("values")))
    return summary


def _dataset(event: dict[str, Any]) -> dict[str, Json]:
    said = {key: value for key, value in event.items() if key not in ("event", layout.TIME)}
    return {"name": text(event.get("name")) or posixpath.basename(event["path"]), **said}


def _environment(found: Documents) -> dict[str, Json]:
    run, typed = found.run, found.command
    known: dict[str, Json] = {key: run[key] for key in _MACHINE if run.get(key) is not None}
    process = run.get("process")
    if isinstance(process, dict):
        known.update({key: process[key] for key in ("host", "pid") if process.get(key) is not None})
    words = typed.get("command")
    if isinstance(words, list):
        known["command"] = shlex.join(str(word) for word in words)
    elif found.private:
        known["command"] = "readable by the run's owner only"
    known.update({key: typed[key] for key in ("cwd", "executable") if isinstance(typed.get(key), str)})
    known.update({f"env.{key}": value for key, value in flat(typed.get("environment")).items()})
    known.update({f"git.{key}": value for key, value in flat(run.get("git")).items()})
    end = found.end or {}
    if isinstance(end.get("exit"), int):
        known["exit"] = end["exit"]
    error = end.get("error")
    message = text(error.get("message")) if isinstance(error, dict) else None
    if message and "\n" in message:
        known["error"] = message
    if found.packages:
        known["packages"] = {
            name: version for name, sign, version in (line.partition("==") for line in found.packages) if sign
        }
    return known


def _with_hash(
    key: RunKey,
    model: ModelFile,
    artifacts: tuple[Artifact, ...],
    noted: Mapping[str, dict[str, Any]],
) -> ModelFile:
    """A model file with the hash that was noted of it, if it still has the size that was noted."""
    below = model.path if key.path == "." else model.path.removeprefix(f"{key.path}/")
    note = noted.get(below, {})
    size = next((artifact.size for artifact in artifacts if artifact.path == below), None)
    sha256 = note.get("sha256")
    if isinstance(sha256, str) and size == note.get("size"):
        return ModelFile(model.path, model.format, sha256)
    return model
