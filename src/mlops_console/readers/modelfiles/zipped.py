"""Models that are zip archives: Keras, Stable-Baselines3, torch.export."""

from base64 import b64decode
from contextlib import suppress

from mlops_console.readers.modelfiles import hdf5, pickled, zips
from mlops_console.readers.modelfiles.description import Draft, Tensor
from mlops_console.readers.modelfiles.headers import load_json
from mlops_console.readers.modelfiles.keras import config_of
from mlops_console.readers.modelfiles.spans import Span, of_bytes
from mlops_console.records import Json

_MOST_TEXT = 2 << 20
_MOST_MEMBER = 16 << 20


def keras(span: Span, draft: Draft) -> None:
    """A `.keras` file: what the network is, and its weights in HDF5."""
    directory = _directory(span, draft)
    config = _json(span, directory, "config.json", draft)
    metadata = _json(span, directory, "metadata.json", draft)
    if metadata:
        draft.tell(keras_version=metadata.get("keras_version"), saved=metadata.get("date_saved"))
    if config:
        config_of(config, draft)
    weights = next((entry for entry in directory.entries if entry.name.endswith(".weights.h5")), None)
    if weights is not None:
        inner, trouble = zips.content(span, weights, _MOST_MEMBER)
        if trouble:
            draft.warn(f"{weights.name[:100]} in it {trouble}.")
        if inner.size:
            hdf5.describe(inner, draft)


def keras_json(span: Span, draft: Draft) -> None:
    """A network as JSON, without its weights."""
    if span.size > _MOST_TEXT:
        draft.warn("It is too long to be read.")
        return
    config = load_json(span.at(0, span.size), draft, "text")
    if config:
        draft.tell(keras_version=config.get("keras_version"), backend=config.get("backend"))
        config_of(config, draft)


def stable_baselines(span: Span, draft: Draft) -> None:
    """A Stable-Baselines3 file: settings as JSON, some of them pickled, and PyTorch files."""
    directory = _directory(span, draft)
    draft.unsafe_format = True
    draft.warn(pickled.RUNS_CODE)
    version = directory.named("_stable_baselines3_version")
    if version:
        draft.tell(stable_baselines3=zips.content(span, version, 100)[0].at(0, 40).decode("utf-8", "replace"))
    settings = _json(span, directory, "data", draft) or {}
    policy = settings.get("policy_class")
    if isinstance(policy, dict):
        draft.tell(policy=str(policy.get("__module__", ""))[:100])
    draft.tell(**{key: value for key, value in settings.items() if _is_setting(value)})
    for value in settings.values():
        _serialized(value, draft)
    for name in ("policy.pth", "pytorch_variables.pth"):
        entry = directory.named(name)
        if entry is None:
            continue
        inner, trouble = zips.content(span, entry, _MOST_MEMBER)
        if trouble:
            draft.warn(f"{name} in it {trouble}.")
        if inner.at(0, 2) == b"PK":
            pickled.describe_torch_zip(inner, draft)


def _serialized(value: Json, draft: Draft) -> None:
    """A setting that is a pickle in Base64."""
    told = value.get(":serialized:") if isinstance(value, dict) else None
    if isinstance(told, str) and len(told) < _MOST_TEXT:
        with suppress(ValueError):
            pickled.judge(of_bytes(b64decode(told)), draft, "A setting in it")


def _is_setting(value: Json) -> bool:
    return isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) < 60)


def torch_export(span: Span, draft: Draft) -> None:
    """A `.pt2` file of torch.export."""
    pickled.describe_torch_zip(span, draft)
    directory = zips.entries(span)
    entry = next((e for e in directory.entries if e.name.endswith("weights_config.json")), None)
    if entry:
        config = _json(span, directory, entry.name, draft)
        table = config.get("config") if config else None
        for name, told in table.items() if isinstance(table, dict) else ():
            meta = told.get("tensor_meta") if isinstance(told, dict) else None
            sizes = meta.get("sizes") if isinstance(meta, dict) else None
            dims = (
                [size.get("as_int") for size in sizes if isinstance(size, dict)]
                if isinstance(sizes, list)
                else []
            )
            shape = tuple(extent for extent in dims if isinstance(extent, int))
            draft.add_tensor(Tensor(name[:300], "", shape))


def _directory(span: Span, draft: Draft) -> zips.Directory:
    directory = zips.entries(span)
    if directory.trouble:
        draft.warn(f"The file {directory.trouble}.")
    return directory


def _json(span: Span, directory: zips.Directory, name: str, draft: Draft) -> dict[str, Json] | None:
    entry = directory.named(name)
    if entry is None:
        return None
    inner, trouble = zips.content(span, entry, _MOST_TEXT)
    if trouble or inner.size > _MOST_TEXT:
        draft.warn(f"{name} in it {trouble or 'is too long to be read'}.")
        return None
    return load_json(inner.at(0, inner.size), draft, name)
