"""Pickles, joblib and PyTorch files: what they would import and what they hold, without loading them."""

import re
from contextlib import suppress

from mlops_console.readers.modelfiles import meaning, scanning, spans, zips
from mlops_console.readers.modelfiles.description import MOST_NAMES, Draft, Tensor, listed
from mlops_console.readers.modelfiles.opcodes import DamagedError, Opcodes
from mlops_console.readers.modelfiles.partials import PARTIAL
from mlops_console.readers.modelfiles.sniffing import owner_of
from mlops_console.readers.modelfiles.spans import Span
from mlops_console.readers.modelfiles.symbols import Listed, Made, Table, Value

RUNS_CODE = "Loading it can run any code that it brings along: load it only if you trust where it comes from."
_MOST_PICKLES = 8
_MOST_MEMBERS = 8
_MOST_MEMBER = 16 << 20
_MAGIC = 0x1950A86A20F9469CFC6C


def describe(span: Span, draft: Draft) -> None:
    """A pickle or joblib file, compressed or not, or a PyTorch file from before version 1.6."""
    kind = spans.compression(span.at(0, 64))
    if kind and span.at(0, 1) != b"\x80":
        data, trouble = spans.unpacked(span, kind)
        draft.tell(compression=kind, unpacked_bytes=len(data))
        if trouble:
            draft.warn(f"The file {trouble}.")
        span = spans.of_bytes(data)
    values = judge(span, draft, "The file", follow=True)
    if (values and values[0] == _MAGIC) or draft.format.startswith("torch-legacy"):
        value = values[3] if len(values) > 3 else None
        _torch(value, draft)
        return
    _object(values[0] if values else None, draft)


def suspect(span: Span, draft: Draft) -> None:
    """A file of no known format that could be a pickle of the oldest kind, which begins with no mark."""
    here = Opcodes(span)
    whole = False
    with suppress(DamagedError):
        here.read()
        whole = True
    if here.names and (whole or scanning.judged(span, here.names, scanning.MOST_SCANNED)[0]):
        draft.format = "pickle"
        describe(span, draft)


def describe_torch_zip(span: Span, draft: Draft) -> None:
    """A PyTorch file since version 1.6: a zip with a pickle in it and the tensors' numbers beside it."""
    directory = zips.entries(span)
    if directory.trouble:
        draft.warn(f"The file {directory.trouble}.")
    names = [entry.name for entry in directory.entries]
    draft.tell(entries=directory.total)
    if any(".." in name.split("/") or name.startswith("/") for name in names):
        draft.warn("Names in the archive lead out of it; such an archive was made by hand.")
    main = directory.ending("data.pkl")
    value: Value = None
    if main is None:
        draft.unsafe_format = True
        if not directory.entries:
            value = _first_entry(span, draft)
    pickles = [
        entry for entry in directory.entries if entry.name.endswith((".pkl", ".pickle", ".pth", ".pt"))
    ]
    pickles = [entry for entry in pickles if entry is not main and not entry.name.endswith(".debug_pkl")]
    if len(pickles) > _MOST_MEMBERS:
        draft.warn(f"It holds {len(pickles):,} more pickles; {_MOST_MEMBERS} of them were looked at.")
    for entry in ([main] if main else []) + pickles[:_MOST_MEMBERS]:
        inner, trouble = zips.content(span, entry, _MOST_MEMBER)
        if trouble:
            draft.warn(f"{entry.name[:200]} in it {trouble}.")
        if inner.at(0, 2) == b"PK":
            continue
        found = judge(inner, draft, f"{entry.name[:200]} in it")
        if entry is main and found:
            value = found[0]
    _torch(value, draft)
    if draft.format == "torchscript":
        code = [name for name in names if "/code/" in name and name.endswith(".py")]
        draft.tell(code_files=len(code))
        draft.warnings = [sentence for sentence in draft.warnings if sentence != RUNS_CODE]
        draft.warn("TorchScript: loading it runs the program in it, within what TorchScript can do.")


def _first_entry(span: Span, draft: Draft) -> Value:
    """What can be read of the pickle in an archive that is cut off."""
    header = span.at(0, 30)
    start = 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    if header[8:10] != b"\0\0" or span.at(start, 1) != b"\x80":
        return None
    found = judge(span.part(start, span.size), draft, "The pickle in it")
    return found[0] if found else None


def judge(span: Span, draft: Draft, what: str, follow: bool = False) -> list[Value]:
    """Read and judge the pickles in a span."""
    draft.unsafe_format = True
    draft.warn(RUNS_CODE)
    here = Opcodes(span, draft.opcodes_left)
    values: list[Value] = []
    whole = True
    try:
        for _ in range(_MOST_PICKLES):
            values.append(here.read())
            if not follow or span.at(here.at, 1) != b"\x80" or span.at(here.at + 1, 1) > b"\x05":
                break
    except DamagedError as damage:
        draft.warn(f"{what} {damage}.")
        values.append(here.top())
        whole = False
    draft.opcodes_left = here.left
    dangerous, unknown, failures = scanning.judged(span, here.names, draft.scan_left)
    draft.scan_left -= min(draft.scan_left, span.size, scanning.MOST_SCANNED)
    for failure in failures:
        draft.warn(failure)
    waiting = here.partials.harmless() if whole and here.at == span.size and not failures else ()
    if waiting:
        dangerous -= {str(PARTIAL)}
        draft.tell(partial_of=listed(map(str, waiting)))
    draft.dangerous |= dangerous
    if dangerous:
        named = ", ".join(sorted(dangerous)[:5]) + (", …" if len(dangerous) > 5 else "")
        draft.warn(f"It imports what models don't need and attacks do: {named}.")
    imports = draft.details.setdefault("imports", [])
    assert isinstance(imports, list)
    have = set(map(str, imports))
    imports += [str(name)[:200] for name in here.names if str(name)[:200] not in have][
        : MOST_NAMES - len(imports)
    ]
    if unknown:
        draft.details["not_vouched_for"] = listed(sorted(unknown))
    return values


def _torch(value: Value, draft: Draft) -> None:
    meaning.torch_tensors(value, draft)
    if isinstance(value, Made) and value.maker and value.maker.name != "OrderedDict":
        name = value.maker
        draft.architecture = str(name)
        if draft.format == "torchscript":
            draft.architecture = re.sub(r"^__torch__\.|___torch_mangle_\d+\.", "", str(name))
    if isinstance(value, Table):
        facts = meaning.checkpoint_facts(value)
        if draft.format != "torch-state-dict":
            draft.tell(**facts)
        model = value.get("model")
        if isinstance(model, Made) and model.maker and model.maker.name != "OrderedDict":
            draft.architecture = str(model.maker)


def _object(value: Value, draft: Draft) -> None:
    """An estimator, or whatever else was pickled."""
    owner = owner_of(value.maker.module) if isinstance(value, Made) and value.maker else ""
    if isinstance(value, Made):
        draft.architecture = meaning.estimator(value) if owner else str(value.maker or "")
        held = value.held()
        draft.tell(params=meaning.parameters_of(value) if owner else {})
        _of_sklearn(held, draft)
    elif isinstance(value, Table | Listed):
        draft.tell(holds="a dict" if isinstance(value, Table) else "a list")
        if isinstance(value, Table):
            draft.tell(keys=listed(key for key, _ in value.texts()))
    if isinstance(value, Table | Made):
        meaning.torch_tensors(value, draft)
    if not draft.tensors_total:
        meaning.arrays(value, draft)


def _of_sklearn(held: Table, draft: Draft) -> None:
    for key, inner in held.texts():
        if key == "_sklearn_version" and isinstance(inner, str):
            draft.tell(sklearn_version=inner)
    columns = _first(held, "n_features_in_")
    if isinstance(columns, int):
        draft.inputs.append(Tensor("X", "", (None, columns)))


def _first(held: Table, key: str, depth: int = 0) -> Value:
    """An attribute of an estimator, or of the first step of a pipeline."""
    own = held.get(key)
    steps = held.get("steps")
    if own is not None or depth > 3 or not isinstance(steps, Listed) or not steps.items:
        return own
    step = steps.items[0]
    part = step[1] if isinstance(step, tuple) and len(step) > 1 else None
    return _first(part.held(), key, depth + 1) if isinstance(part, Made) else None
