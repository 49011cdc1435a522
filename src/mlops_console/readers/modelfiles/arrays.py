"""NumPy arrays in pickles: their types and shapes, and where joblib puts their numbers."""

import re
from typing import TYPE_CHECKING

from mlops_console.readers.modelfiles.description import elements
from mlops_console.readers.modelfiles.symbols import Made, Name, Table, Value

if TYPE_CHECKING:
    from mlops_console.readers.modelfiles.opcodes import Opcodes

_JOBLIB = Name("joblib.numpy_pickle", "NumpyArrayWrapper")
_WIDE = {"f": "float", "i": "int", "u": "uint", "c": "complex"}


def pass_over(here: "Opcodes", made: Made) -> None:
    """Where joblib has put an array's numbers into the stream, go on behind them."""
    if made.by != _JOBLIB or not isinstance(made.state, Table):
        return
    code, size = type_of(made.state.get("dtype"))
    shape = shape_of(made.state.get("shape"))
    if code == "object":
        made.items.append(here.nested())
        return
    if isinstance(made.state.get("numpy_array_alignment_bytes"), int):
        here.skip(here.byte())
    here.skip(elements(shape or ()) * size)


def array_of(value: Value) -> tuple[str, tuple[int, ...]] | None:
    """Type and shape where a value is a NumPy array."""
    if not isinstance(value, Made):
        return None
    by = value.by
    if by == _JOBLIB and isinstance(value.state, Table):
        shape = shape_of(value.state.get("shape"))
        return None if shape is None else (type_of(value.state.get("dtype"))[0], shape)
    if isinstance(by, Name) and by.name == "_reconstruct" and by.module.startswith("numpy"):
        state = value.state
        if isinstance(state, tuple) and len(state) == 5 and (shape := shape_of(state[1])) is not None:
            return type_of(state[2])[0], shape
    if isinstance(by, Name) and by.name == "_frombuffer" and len(value.arguments) == 4:
        shape = shape_of(value.arguments[2])
        return None if shape is None else (type_of(value.arguments[1])[0], shape)
    return None


def type_of(value: Value) -> tuple[str, int]:
    """A dtype's name and the bytes that one value takes."""
    code = value.arguments[0] if isinstance(value, Made) and value.arguments else ""
    return named(code) if isinstance(code, str) else ("", 0)


def named(code: str) -> tuple[str, int]:
    """A dtype's name and size, by NumPy's short code such as `<f8`."""
    found = re.fullmatch(r"[<>|=]?([a-zA-Z?])(\d{0,9})", code)
    if not found:
        return code[:40], 0
    letter, size = found[1], int(found[2] or 1)
    if letter == "?":
        return "bool", 1
    if letter == "U":
        return f"text{size}", size * 4
    if letter in "fiuc":
        return f"{_WIDE[letter]}{size * 8}", size
    if letter == "b":
        return "bool", size
    return {"O": "object", "S": f"bytes{size}", "V": "record"}.get(letter, code), size


def shape_of(value: Value) -> tuple[int, ...] | None:
    """A shape, where the value is one."""
    if isinstance(value, tuple) and len(value) <= 32:
        shape = tuple(extent for extent in value if isinstance(extent, int) and not isinstance(extent, bool))
        return shape if len(shape) == len(value) else None
    return None
