"""What is told of a model file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from math import isfinite

from mlops_console.records import Json

MOST_TENSORS = 200
"""How many tensors are listed one by one; the rest is counted."""
MOST_NAMES = 60
"""How many names (imports, inputs, columns) are listed."""
MOST_TEXT = 300
"""How much of a text out of a model file is kept."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor, an input or an output, as far as a header tells."""

    name: str
    dtype: str = ""
    shape: tuple[int | str | None, ...] | None = None
    """None where no shape is told; an entry is None where any size goes, text where it has a name."""

    def as_json(self) -> dict[str, Json]:
        """A JSON object."""
        shape: Json = None if self.shape is None else list(self.shape)
        return {"name": self.name, "dtype": self.dtype, "shape": shape}


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """A model file or model folder, told from its bytes without loading it."""

    format: str
    size: int
    architecture: str = ""
    """The estimator, the network's class or the kind of model."""
    parameters: int | None = None
    inputs: tuple[Tensor, ...] = ()
    outputs: tuple[Tensor, ...] = ()
    tensors: tuple[Tensor, ...] = ()
    """The first of them; `tensors_total` counts all."""
    tensors_total: int = 0
    details: Mapping[str, Json] = field(default_factory=dict)
    unsafe_format: bool = False
    """Loading a file of this format can run code that it brings along."""
    dangerous: tuple[str, ...] = ()
    """Imports that a scanner knows as dangerous."""
    warnings: tuple[str, ...] = ()
    """Sentences: what is damaged, cut off or not to be trusted."""

    def as_json(self) -> dict[str, Json]:
        """A JSON object."""
        return {
            "format": self.format,
            "size": self.size,
            "architecture": self.architecture,
            "parameters": self.parameters,
            "inputs": [tensor.as_json() for tensor in self.inputs],
            "outputs": [tensor.as_json() for tensor in self.outputs],
            "tensors": [tensor.as_json() for tensor in self.tensors],
            "tensors_total": self.tensors_total,
            "details": _finite(dict(self.details)),
            "unsafe_format": self.unsafe_format,
            "dangerous": list(self.dangerous),
            "warnings": list(self.warnings),
        }


def _finite(value: Json) -> Json:
    """JSON without the numbers that JSON does not have: they become their names."""
    if isinstance(value, float) and not isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    return value


@dataclass(slots=True)
class Draft:
    """A description that is being written."""

    format: str
    size: int
    architecture: str = ""
    parameters: int | None = None
    inputs: list[Tensor] = field(default_factory=list)
    outputs: list[Tensor] = field(default_factory=list)
    tensors: list[Tensor] = field(default_factory=list)
    tensors_total: int = 0
    details: dict[str, Json] = field(default_factory=dict)
    unsafe_format: bool = False
    dangerous: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
    opcodes_left: int = 300_000
    """How many pickle opcodes may still be looked at, over all pickles of the model."""
    scan_left: int = 1 << 17
    """How many bytes may still be given to the scanner."""
    header_left: int = 8 << 20
    """How many bytes of headers may still be read, over all files of the model."""

    def warn(self, sentence: str) -> None:
        """Say what is wrong, once."""
        if sentence not in self.warnings and len(self.warnings) < MOST_NAMES:
            self.warnings.append(sentence)

    def tell(self, **details: Json) -> None:
        """Add details that say something."""
        for key, value in details.items():
            if value not in (None, "", [], {}):
                self.details[key] = value[:MOST_TEXT] if isinstance(value, str) else value

    def add_tensor(self, tensor: Tensor) -> None:
        """Count a tensor, and list it if it is among the first."""
        self.tensors_total += 1
        if len(self.tensors) < MOST_TENSORS:
            self.tensors.append(tensor)

    def done(self) -> ModelDescription:
        """The description."""
        return ModelDescription(
            self.format,
            self.size,
            self.architecture[:MOST_TEXT],
            self.parameters,
            tuple(self.inputs[:MOST_NAMES]),
            tuple(self.outputs[:MOST_NAMES]),
            tuple(self.tensors),
            self.tensors_total,
            self.details,
            self.unsafe_format,
            tuple(sorted(self.dangerous)[:MOST_NAMES]),
            tuple(self.warnings),
        )


def listed(names: Iterable[str]) -> list[Json]:
    """The first names of many, as JSON."""
    return [name[:MOST_TEXT] for name in islice(names, MOST_NAMES)]


def elements(shape: tuple[int, ...]) -> int:
    """How many numbers a tensor holds; a shape that lies (negative, beyond any memory) counts as none."""
    total = 1
    for extent in shape:
        if extent < 0:
            return 0
        total *= extent
        if total > 1 << 62:
            return 0
    return total
