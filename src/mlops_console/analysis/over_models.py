"""What a model hangs on: rows are read here, the model is held by a process of its own."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_console import beneath
from mlops_console.analysis.over_windows import labels_of, window_of
from mlops_console.comparison.model import Progress
from mlops_console.errors import DataError

if TYPE_CHECKING:
    from mlops_console.drift.tables.files import FileTable


def weigh_model(request: Mapping[str, Any], progress: Progress | None = None) -> bytes:
    """Permutation importance of a model on current rows, as JSON.

    Is given `model` (`root`, `path`, `size`, `sha256`, `form`, `vouched`), `window` (what the judging of a
    window is given) or `data` (`root`, `place`), `label`, `features`, `metric`, `repeats`, `rows`, `seed`.

    Raises:
        DataError: The rows or the model can't be used.
    """
    from mlops_console.analysis.diagnosing import weighed
    from mlops_console.drift.diagnosis.model import ModelError, Order
    from mlops_console.drift.diagnosis.rows import draw, usual
    from mlops_console.drift.judged_form import plain

    if progress is not None:
        progress(0.0)
    model, window, label = request["model"], request["window"], request["label"]
    table, apart = _table(request), {label}
    late, key = None, ""
    if window is not None:
        said, late = (
            window["outcome"],
            labels_of({**window, "outcome": {**window["outcome"], "label": label}}),
        )
        key = said["key"]
        apart |= {said[part] for part in ("prediction", "score", "key")} | {window["time"]}
    names = tuple(request["features"]) or usual(table, tuple(apart))
    drawn = draw(table, label, key=key, labels=late, most=request["rows"], seed=request["seed"])
    order = Order(
        model["form"], model["size"], model["sha256"], label, names, request["metric"],
        request["repeats"], request["seed"], model["vouched"],
    )  # fmt: skip
    try:
        with beneath.reading(model["root"], model["path"]) as file:
            found = weighed(order, file, drawn, progress)
    except ModelError as error:
        raise DataError(str(error)) from error
    except OSError as error:
        raise DataError(f"the model's file {beneath.why_not(error)}") from error
    answer = {**plain(found), "notes": [*drawn.notes, *found.notes]}
    return json.dumps(answer, allow_nan=False, separators=(",", ":")).encode()


def _table(request: Mapping[str, Any]) -> "FileTable":
    from mlops_console.drift.tables.model import Kinds
    from mlops_console.drift.tables.opening import open_table

    window, data = request["window"], request["data"]
    if window is not None:
        ignored = window["kinds"]["ignore"]
        kinds = Kinds(
            categorical=frozenset(window["kinds"]["categorical"]),
            numeric=frozenset(window["kinds"]["numeric"]),
            ignore=frozenset(ignored) - {request["label"]},
        )
        return window_of(window, kinds)
    return open_table(data["place"], Kinds(), base=Path(data["root"]) if data["root"] else None)
