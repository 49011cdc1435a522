"""What stands for a pickle's values: nothing is imported, called or built, only noted."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Name:
    """Something that loading would import."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes or text that were passed over."""

    size: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A persistent id: what lies elsewhere, such as a tensor's numbers."""

    pid: "Value"


@dataclass(slots=True, eq=False)
class Listed:
    """A list or a set."""

    items: "list[Value]" = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Table:
    """A dict, as pairs: its keys need not be hashable here."""

    pairs: "list[tuple[Value, Value]]" = field(default_factory=list)

    def get(self, key: str) -> "Value":
        """The last value under a key, None where there is none."""
        return next((value for name, value in reversed(self.pairs) if name == key), None)

    def texts(self) -> "Iterator[tuple[str, Value]]":
        """The pairs whose keys are text (numbers count as text)."""
        for key, value in self.pairs:
            if isinstance(key, str | int):
                yield str(key), value


@dataclass(slots=True, eq=False)
class Made:
    """What a call would make, and what would be put into it."""

    by: "Value"
    arguments: "tuple[Value, ...]" = ()
    state: "Value" = None
    table: Table = field(default_factory=Table)
    items: "list[Value]" = field(default_factory=list)

    @property
    def maker(self) -> Name | None:
        """What would be called: the class of an object that is rebuilt the usual ways."""
        by = self.by
        if isinstance(by, Name) and by.name in _REBUILDERS and self.arguments:
            by = self.arguments[0]
        return by if isinstance(by, Name) else None

    def held(self) -> Table:
        """Its attributes and its items, as one table."""
        state = self.state
        if isinstance(state, tuple) and len(state) == 2 and isinstance(state[1], Table):
            state = state[1] if state[0] is None else state[0]
        own = state.pairs if isinstance(state, Table) else []
        return Table([*own, *self.table.pairs])


Value: TypeAlias = (
    "bool | int | float | str | bytes | Name | Blob | Stored | Listed | Table | Made"
    " | tuple[Value, ...] | None"
)

_REBUILDERS = frozenset(
    {"_reconstructor", "__newobj__", "__newobj_ex__", "_reconstruct", "_rebuild_parameter_with_state"}
)
