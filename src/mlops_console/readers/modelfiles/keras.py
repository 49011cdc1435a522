"""What Keras' own description of a network says."""

from mlops_console.readers.modelfiles.description import MOST_NAMES, Draft, Tensor
from mlops_console.records import Json

_MOST_LAYERS = 2_000


def config_of(config: dict[str, Json], draft: Draft) -> None:
    """The network's kind, its layers, inputs and outputs."""
    inner = config.get("config")
    name = inner.get("name") if isinstance(inner, dict) else None
    draft.architecture = str(config.get("class_name") or "")
    draft.tell(name=name if isinstance(name, str) else None)
    layers = inner.get("layers") if isinstance(inner, dict) else None
    kinds: list[Json] = []
    for layer in layers[:_MOST_LAYERS] if isinstance(layers, list) else []:
        if not isinstance(layer, dict):
            continue
        kinds.append(str(layer.get("class_name"))[:60])
        own = layer.get("config")
        if layer.get("class_name") == "InputLayer" and isinstance(own, dict):
            shape = own.get("batch_shape") or own.get("batch_input_shape")
            dtype = own.get("dtype")
            draft.inputs.append(
                Tensor(str(own.get("name"))[:100], dtype if isinstance(dtype, str) else "", _shape(shape))
            )
        if layer.get("class_name") in ("Lambda", "TFOpLambda"):
            draft.unsafe_format = True
            draft.warn("It has a Lambda layer, which holds Python code that loading can run.")
    draft.tell(layers=kinds[:MOST_NAMES], layers_total=len(kinds))
    registered = config.get("registered_name")
    module = config.get("module")
    if isinstance(module, str) and module.partition(".")[0] not in ("keras", "tensorflow", "builtins", ""):
        draft.warn(f"Its class comes from {module[:100]}, which loading would import.")
    draft.tell(registered_name=registered if isinstance(registered, str) else None)


def _shape(value: Json) -> tuple[int | str | None, ...] | None:
    if not isinstance(value, list) or len(value) > 32:
        return None
    return tuple(extent if isinstance(extent, int) else None for extent in value)
