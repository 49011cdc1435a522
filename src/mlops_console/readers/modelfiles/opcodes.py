"""A reader of pickle opcodes that imports nothing and calls nothing: values come out as `symbols`.

Everything is capped: opcodes, the text that is kept, the depth of pickles within pickles. What is longer is
passed over without being read, so that a file of gigabytes costs what its opcodes cost.
"""

from mlops_console.readers.modelfiles.arrays import pass_over
from mlops_console.readers.modelfiles.partials import Partials
from mlops_console.readers.modelfiles.spans import Span
from mlops_console.readers.modelfiles.symbols import Blob, Listed, Made, Name, Table, Value

_MOST_KEPT = 8 << 20
_LONGEST = 1 << 16
_BUFFER = 1 << 16
_DEEPEST = 12


class DamagedError(Exception):
    """The pickle can't be read further; the text is the end of a sentence about it."""


class Stopped(Exception):  # noqa: N818 - no error
    """The pickle's end."""


class Opcodes:
    """Reads one pickle after the other from a span."""

    def __init__(self, span: Span, left: int = 300_000) -> None:
        """Begin at the span's start, and look at `left` opcodes at most."""
        self._span = span
        self._buffer = b""
        self._base = 0
        self._pos = 0
        self.stack: list[Value] = []
        self.marks: list[int] = []
        self.memo: dict[int, Value] = {}
        self._kept = 0
        self.names: dict[Name, None] = {}
        """Every import, in the order in which they occur."""
        self.partials = Partials()
        self.left = left
        self.depth = 0

    @property
    def at(self) -> int:
        """Where the next opcode lies."""
        return self._base + self._pos

    def read(self) -> Value:
        """The value of the pickle that begins here.

        Raises:
            DamagedError: It can't be read to its end; what was seen until there is in `names` and `top`.
        """
        self.stack, self.marks, self.memo = [], [], {}
        from mlops_console.readers.modelfiles.opcode_table import TABLE

        try:
            while self.left > 0:
                self.left -= 1
                code = self.take(1)[0]
                action = TABLE.get(code)
                if action is None:
                    raise DamagedError(f"has no pickle opcode at byte {self.at - 1:,}")
                action(self)
        except Stopped:
            return self.stack[-1] if self.stack else None
        except IndexError as error:
            raise DamagedError(f"makes no sense as a pickle at byte {self.at:,}") from error
        raise DamagedError(f"has more pickle opcodes than are looked at, which is up to byte {self.at:,}")

    def top(self) -> Value:
        """The outermost value so far, of a pickle that could not be read to its end."""
        return next((value for value in self.stack if isinstance(value, Table | Made | Listed)), None)

    def skip(self, size: int) -> None:
        """Pass over bytes without reading them."""
        if size < 0 or self.at + size > self._span.size:
            raise DamagedError(f"ends before what it announces at byte {self.at:,}: it is cut off")
        self._pos += size
        if self._pos > len(self._buffer):
            self._base, self._pos, self._buffer = self.at, 0, b""

    def nested(self) -> Value:
        """The value of another whole pickle that begins here, within this one."""
        if self.depth >= _DEEPEST:
            raise DamagedError("holds pickles within pickles, deeper than is looked at")
        kept = self.stack, self.marks, self.memo
        self.depth += 1
        try:
            return self.read()
        finally:
            self.depth -= 1
            self.stack, self.marks, self.memo = kept

    def byte(self) -> int:
        """The next byte, of what is no opcode."""
        return self.take(1)[0]

    def take(self, size: int) -> bytes:
        """The next bytes."""
        end = self._pos + size
        if end > len(self._buffer):
            self._base, self._pos, end = self.at, 0, size
            self._buffer = self._span.at(self._base, max(size, _BUFFER))
            if len(self._buffer) < size:
                raise DamagedError(
                    f"ends in the middle of a pickle at byte {self._span.size:,}: it is cut off"
                )
        data = self._buffer[self._pos : end]
        self._pos = end
        return data

    def number(self, size: int) -> int:
        """A little-endian unsigned number."""
        return int.from_bytes(self.take(size), "little")

    def line(self) -> str:
        """Text up to the end of the line."""
        parts: list[bytes] = []
        for _ in range(_LONGEST):
            end = self._buffer.find(b"\n", self._pos)
            if end >= 0:
                parts.append(self._buffer[self._pos : end])
                self._pos = end + 1
                break
            parts.append(self._buffer[self._pos :])
            self._pos = len(self._buffer)
            parts.append(self.take(1))
            if parts[-1] == b"\n":
                parts.pop()
                break
            if sum(map(len, parts)) > 4 * _LONGEST:
                raise DamagedError(f"has an endless line at byte {self.at:,}")
        return b"".join(parts).decode("utf-8", "replace")

    def blob(self, size: int) -> bytes | Blob:
        """Bytes, or what stands for them where they are too many."""
        if size > _LONGEST or self._kept + size > _MOST_KEPT:
            self.skip(size)
            return Blob(size)
        self._kept += size
        return self.take(size)

    def text(self, size: int) -> str | Blob:
        """Text, or what stands for it where it is too long."""
        data = self.blob(size)
        return data if isinstance(data, Blob) else data.decode("utf-8", "replace")

    def since_mark(self) -> list[Value]:
        """Take everything above the last mark off the stack."""
        at = self.marks.pop()
        found = self.stack[at:]
        del self.stack[at:]
        return found

    def pop(self) -> Value:
        """Take the uppermost value off the stack, never past a mark."""
        if self.marks and len(self.stack) <= self.marks[-1]:
            raise IndexError
        return self.stack.pop()

    def wanted(self, module: Value, name: Value) -> Name:
        """Note an import."""
        found = Name(_word(module), _word(name))
        self.names[found] = None
        self.partials.pushed(found)
        return found

    def memoize(self, key: int) -> None:
        """Remember the uppermost value."""
        self.memo[key] = self.stack[-1]

    def recall(self, key: int) -> None:
        """Put a remembered value on the stack."""
        if key not in self.memo:
            raise IndexError
        self.stack.append(self.memo[key])
        self.partials.pushed(self.stack[-1])

    def fill(self, items: list[Value]) -> None:
        """Put items into the list, set or object on top of the stack."""
        into = self.stack[-1]
        if isinstance(into, Listed | Made):
            into.items.extend(items)

    def put(self, items: list[Value]) -> None:
        """Put keys and values into the dict or object on top of the stack."""
        into = self.stack[-1]
        table = into.table if isinstance(into, Made) else into
        if isinstance(table, Table):
            table.pairs.extend(zip(items[::2], items[1::2], strict=False))

    def call(self, by: Value, arguments: Value) -> None:
        """Note a call."""
        given = arguments if isinstance(arguments, tuple) else (arguments,)
        self.stack.append(made := Made(by, given))
        self.partials.called(made)

    def build(self) -> None:
        """Note what an object would be given as its state."""
        state = self.pop()
        made = self.stack[-1]
        if isinstance(made, Made):
            made.state = state
            self.partials.built(made, state)
            pass_over(self, made)


def _word(value: Value) -> str:
    return value if isinstance(value, str) else "unknown"
