"""Windows of a monitor in the analysis child: which there are, what is in them, what its labels say.

What is asked for is plain values, as `workspace.drifting` writes it. Answers are the bytes of JSON, so that
they are not kept in the cache of answers: the files of judged windows keep them.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mlops_console import beneath
from mlops_console.comparison.model import Progress
from mlops_console.drift.judged_form import made, made_all, plain
from mlops_console.errors import DataError

if TYPE_CHECKING:
    from mlops_console.drift.baseline.model import Baseline
    from mlops_console.drift.performance.outcomes import Outcomes
    from mlops_console.drift.performance.referring import ReferencePerformance
    from mlops_console.drift.tables.files import FileTable
    from mlops_console.drift.tables.model import Kinds, Reference

MOST_BASELINE: Final = 1 << 28


def look_at_windows(request: Mapping[str, Any], progress: Progress | None = None) -> bytes:
    """Read what is not known yet of a monitor's files; everything that is known then."""
    from mlops_console.drift.windows import Cutting, Remembered, cut

    if progress is not None:
        progress(0.0)
    memory = Remembered(dict(request["kept"]))
    cut(request["place"], request["root"], Cutting(*request["cutting"]), request["now"], memory)
    return _packed(memory.kept)


def judge_window(request: Mapping[str, Any], progress: Progress | None = None) -> bytes:
    """Everything that is measured of one window.

    Raises:
        DataError: The window or the reference can't be read.
    """
    from mlops_console.drift.comparing import compare
    from mlops_console.drift.options import Options

    labels, unread = _labels_if_any(request)
    opened, said = kinds_in(request, judged=False), request["outcome"]
    reference, window = _reference(request, opened), window_of(request, opened)
    options = Options(
        kinds=kinds_in(request, judged=True),
        segments=tuple(request["segments"]),
        label=said["label"],
        score=said["score"],
        prediction=said["prediction"],
        key=said["key"],
        labels=labels,
        metric=said["metric"],
        classifier=request["classifier"],
    )
    report = compare(reference, window, options, progress=progress)
    return _packed(
        {
            "reference": plain(report.reference),
            "current": {**plain(report.current), "name": request["name"]},
            "features": [plain(one.measured) for one in report.features],
            "floors": dict(report.rules.floors),
            "domain": plain(report.domain),
            "model": plain(report.model),
            "segments": plain(report.segments),
            "problems": list(report.problems),
            "unlabelled": unread,
            "drifted": report.verdict == "DRIFT",
        }
    )


def judge_labels(request: Mapping[str, Any], progress: Progress | None = None) -> bytes:
    """What labels that came later say of the model in a window that was measured before.

    Raises:
        DataError: The window, the labels or the reference can't be read.
    """
    if progress is not None:
        progress(0.0)
    from mlops_console.drift.diagnosis.finding import with_slices
    from mlops_console.drift.model import Domain, Measured
    from mlops_console.drift.performance.judging import judge_model

    domain = None if request["domain"] is None else made(Domain, request["domain"])
    known = _performance(request)
    if progress is not None:
        progress(0.5)
    outcomes = outcomes_in(request, request["files"], of_window=True)
    model = judge_model(
        known,
        outcomes,
        drifted=request["drifted"],
        domain=domain,
        outside=request["outside"],
        metric=request["outcome"]["metric"],
    )
    features = made_all(Measured, request.get("features", []))
    if features:
        table = window_of(request, kinds_in(request, judged=True))
        model = with_slices(model, outcomes, known, table, features, tuple(request["segments"]))
    return _packed({"model": plain(model)})


def _performance(request: Mapping[str, Any]) -> "ReferencePerformance | None":
    """How the model did on the reference; None: not known."""
    from mlops_console.drift.performance.referring import reference_of

    given = request["reference"]
    if "baseline" in given:
        return _baseline(given).performance
    return reference_of(outcomes_in(request, given["files"], of_window=False))


def outcomes_in(request: Mapping[str, Any], files: "list[str]", *, of_window: bool) -> "Outcomes":
    """What was said and what came true. A table of its own: these columns are not judged as features."""
    from mlops_console.drift.performance.outcomes import outcomes_of
    from mlops_console.drift.tables.model import Kinds
    from mlops_console.drift.tables.opening import open_table

    said, base = request["outcome"], Path(request["root"])
    named = {part: said[part] or None for part in ("label", "score", "prediction", "key")}
    kinds = Kinds(only=frozenset(name for name in named.values() if name))
    table = open_table(files, kinds, base=base)
    if of_window:
        table = _cut(table, request)
    return outcomes_of(table, **named, labels=labels_of(request) if of_window else None)


def _labels_if_any(request: Mapping[str, Any]) -> "tuple[FileTable | None, str]":
    """Labels that came later, or why they can't be read: what moved is judged without them."""
    try:
        return labels_of(request), ""
    except DataError as error:
        return None, str(error).rstrip(".")


def labels_of(request: Mapping[str, Any]) -> "FileTable | None":
    """Labels that came later; None: none have, or they stand beside the rows."""
    from mlops_console.drift.tables.model import Kinds
    from mlops_console.drift.tables.opening import open_table

    said = request["outcome"]
    if not said["labels"]:
        return None
    kinds = Kinds(only=frozenset((said["label"], said["key"])))
    return open_table(said["labels"], kinds, base=Path(request["root"]))


def _reference(request: Mapping[str, Any], kinds: "Kinds") -> "Reference":
    from mlops_console.drift.tables.opening import open_table

    given = request["reference"]
    if "baseline" in given:
        return _baseline(given)
    table = open_table(given["files"], kinds, base=Path(request["root"]))
    table.name = given["name"]
    return table


def _baseline(given: Mapping[str, Any]) -> "Baseline":
    from mlops_console.drift.baseline.form import unpacked

    why = f"{given['name']} is gone"
    for root, below in given["places"]:
        try:
            data = beneath.read_small(root, below, MOST_BASELINE)
        except FileNotFoundError:
            continue
        except OSError as error:
            why = f"the file of {given['name']} {beneath.why_not(error)}"
            continue
        if sha256(data).hexdigest() == given["baseline"]:
            return unpacked(data, given["name"])
        why = f"the file of {given['name']} is not what was written: its SHA-256 differs"
    raise DataError(why, given.get("anew", "make it anew: mlops-console drift baseline"))


def window_of(request: Mapping[str, Any], kinds: "Kinds") -> "FileTable":
    """The rows of a window; DataError where it has none, or they can't be read."""
    from mlops_console.drift.tables.opening import open_table

    table = _cut(open_table(request["files"], kinds, base=Path(request["root"])), request)
    if not table.rows:
        raise DataError(f"{request['name']} has no rows")
    table.name = request["name"]
    return table


def _cut(table: "FileTable", request: Mapping[str, Any]) -> "FileTable":
    """The rows of the window, of the files that have some."""
    if request["by"] == "rows":
        return table.part(request["offset"], request["rows"])
    if request["by"] == "file" or request["whole"]:
        return table
    return table.between(request["time"], request["start"], request["end"], request["zone"])


def _packed(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()


def kinds_in(request: Mapping[str, Any], *, judged: bool) -> "Kinds":
    """What columns are; `judged`: without those that say what the model did, which are no features."""
    from mlops_console.drift.tables.model import Kinds

    said = request["kinds"]
    apart = {said["time"]} - {None}
    outcome = {request["outcome"][part] for part in ("label", "score", "prediction", "key")} - {""}
    only = None if said["only"] is None else frozenset(said["only"])
    return Kinds(
        categorical=frozenset(said["categorical"]),
        numeric=frozenset(said["numeric"]),
        ignore=frozenset(said["ignore"]) | outcome | apart if judged else frozenset(said["ignore"]) - outcome,
        only=only if judged or only is None else only | outcome | frozenset(request["segments"]),
        time=said["time"],
        key=said["key"],
    )
