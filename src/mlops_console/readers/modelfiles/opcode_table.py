"""What each pickle opcode does to the symbolic stack."""

from collections.abc import Callable
from struct import unpack
from typing import TypeAlias

from mlops_console.readers.modelfiles.opcodes import DamagedError, Opcodes, Stopped
from mlops_console.readers.modelfiles.symbols import Blob, Listed, Made, Stored, Table, Value

Action: TypeAlias = Callable[[Opcodes], None]


def _push(make: Callable[[Opcodes], Value]) -> Action:
    def action(here: Opcodes) -> None:
        here.stack.append(make(here))

    return action


def _stop(_here: Opcodes) -> None:
    raise Stopped


def _mark(here: Opcodes) -> None:
    here.marks.append(len(here.stack))


def _pop(here: Opcodes) -> None:
    if here.marks and here.marks[-1] == len(here.stack):
        here.marks.pop()
    else:
        here.pop()


def _whole(text: str) -> Value:
    if text in ("00", "01"):
        return text == "01"
    digits = text.removesuffix("L").strip()
    return int(digits) if len(digits) < 40 and digits.lstrip("-").isdecimal() else Blob(len(text))


def _real(text: str) -> Value:
    try:
        return float(text[:100])
    except ValueError as error:
        raise DamagedError("holds a number that is none") from error


def _long(here: Opcodes, size: int) -> Value:
    data = here.blob(size)
    if isinstance(data, Blob) or len(data) > 32:
        return Blob(size)
    return int.from_bytes(data, "little", signed=True)


def _quoted(text: str) -> Value:
    return text.strip()[1:-1] if text.strip()[:1] in ("'", '"') else text


def _tuple(count: int) -> Action:
    def action(here: Opcodes) -> None:
        if len(here.stack) < count:
            raise IndexError
        items = tuple(here.stack[len(here.stack) - count :])
        del here.stack[len(here.stack) - count :]
        here.stack.append(items)

    return action


def _from_mark(make: Callable[[list[Value]], Value]) -> Action:
    def action(here: Opcodes) -> None:
        items = here.since_mark()
        here.stack.append(make(items))

    return action


def _table(items: list[Value]) -> Value:
    return Table(list(zip(items[::2], items[1::2], strict=False)))


def _new(here: Opcodes) -> None:
    arguments = here.pop()
    here.call(here.pop(), arguments)


def _new_with_keywords(here: Opcodes) -> None:
    keywords, arguments, by = here.pop(), here.pop(), here.pop()
    given = arguments if isinstance(arguments, tuple) else (arguments,)
    here.stack.append(Made(by, (*given, keywords)))


def _object(here: Opcodes) -> None:
    items = here.since_mark()
    if not items:
        raise IndexError
    here.stack.append(Made(items[0], tuple(items[1:])))


def _instance(here: Opcodes) -> None:
    by = here.wanted(here.line(), here.line())
    here.stack.append(Made(by, tuple(here.since_mark())))


def _global_of_stack(here: Opcodes) -> None:
    name = here.pop()
    here.stack.append(here.wanted(here.pop(), name))


def _append(here: Opcodes) -> None:
    here.fill([here.pop()])


def _append_all(here: Opcodes) -> None:
    here.fill(here.since_mark())


def _set_item(here: Opcodes) -> None:
    value = here.pop()
    here.put([here.pop(), value])


def _set_items(here: Opcodes) -> None:
    here.put(here.since_mark())


def _key(text: str) -> int:
    if not text.strip().isdecimal() or len(text) > 12:
        raise DamagedError("counts its values in a way that makes no sense")
    return int(text)


def _pass(size: int) -> Action:
    def action(here: Opcodes) -> None:
        here.take(size)

    return action


def _drop(here: Opcodes) -> None:
    here.since_mark()


def _twice(here: Opcodes) -> Value:
    here.partials.pushed(here.stack[-1])
    return here.stack[-1]


def _extension(size: int) -> Callable[[Opcodes], Value]:
    return lambda here: here.wanted("copyreg", f"extension {here.number(size)}")


TABLE: dict[int, Action] = {
    ord("("): _mark,
    ord("."): _stop,
    ord("0"): _pop,
    ord("1"): _drop,
    ord("2"): _push(_twice),
    ord("F"): _push(lambda here: _real(here.line())),
    ord("I"): _push(lambda here: _whole(here.line())),
    ord("J"): _push(lambda here: int.from_bytes(here.take(4), "little", signed=True)),
    ord("K"): _push(lambda here: here.byte()),
    ord("L"): _push(lambda here: _whole(here.line())),
    ord("M"): _push(lambda here: here.number(2)),
    ord("N"): _push(lambda _here: None),
    ord("P"): _push(lambda here: Stored(here.line())),
    ord("Q"): _push(lambda here: Stored(here.pop())),
    ord("R"): _new,
    ord("S"): _push(lambda here: _quoted(here.line())),
    ord("T"): _push(lambda here: here.text(here.number(4))),
    ord("U"): _push(lambda here: here.text(here.byte())),
    ord("V"): _push(lambda here: here.line()),
    ord("X"): _push(lambda here: here.text(here.number(4))),
    ord("a"): _append,
    ord("b"): lambda here: here.build(),
    ord("c"): _push(lambda here: here.wanted(here.line(), here.line())),
    ord("d"): _from_mark(_table),
    ord("}"): _push(lambda _here: Table()),
    ord("e"): _append_all,
    ord("g"): lambda here: here.recall(_key(here.line())),
    ord("h"): lambda here: here.recall(here.byte()),
    ord("i"): _instance,
    ord("j"): lambda here: here.recall(here.number(4)),
    ord("l"): _from_mark(Listed),
    ord("]"): _push(lambda _here: Listed()),
    ord("o"): _object,
    ord("p"): lambda here: here.memoize(_key(here.line())),
    ord("q"): lambda here: here.memoize(here.byte()),
    ord("r"): lambda here: here.memoize(here.number(4)),
    ord("s"): _set_item,
    ord("t"): _from_mark(tuple),
    ord(")"): _push(lambda _here: ()),
    ord("u"): _set_items,
    ord("G"): _push(lambda here: float(unpack(">d", here.take(8))[0])),
    ord("B"): _push(lambda here: here.blob(here.number(4))),
    ord("C"): _push(lambda here: here.blob(here.byte())),
    0x80: _pass(1),
    0x81: _new,
    0x82: _push(_extension(1)),
    0x83: _push(_extension(2)),
    0x84: _push(_extension(4)),
    0x85: _tuple(1),
    0x86: _tuple(2),
    0x87: _tuple(3),
    0x88: _push(lambda _here: True),
    0x89: _push(lambda _here: False),
    0x8A: _push(lambda here: _long(here, here.byte())),
    0x8B: _push(lambda here: _long(here, here.number(4))),
    0x8C: _push(lambda here: here.text(here.byte())),
    0x8D: _push(lambda here: here.text(here.number(8))),
    0x8E: _push(lambda here: here.blob(here.number(8))),
    0x8F: _push(lambda _here: Listed()),
    0x90: _append_all,
    0x91: _from_mark(Listed),
    0x92: _new_with_keywords,
    0x93: _global_of_stack,
    0x94: lambda here: here.memoize(len(here.memo)),
    0x95: _pass(8),
    0x96: _push(lambda here: here.blob(here.number(8))),
    0x97: _push(lambda _here: Blob(0)),
    0x98: lambda _here: None,
}
