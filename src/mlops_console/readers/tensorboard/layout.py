"""Where the numbers are in the records of one kind: same length, same tags, same fields."""

from dataclasses import dataclass

from mlops_console.readers.tensorboard.event import Malformed, parse_event

SHORTEST = 20
"""Data shorter than this is never laid out."""
LONGEST = 1024
WIDEST_STEP = 6
"""Bytes of the longest step that the columns read: 42 bits."""
STEP_AT = 10
_WALL_END = 9
_STEP_KEY = 16
_MORE = 128


@dataclass(frozen=True, slots=True)
class Place:
    """One float32 in a record."""

    tag: bytes
    at: int
    """Byte of the record's data where it is."""
    tensor: bool
    plugin: bytes | None
    """What the value's own metadata says of its plugin."""


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Records that differ in wall time, step and numbers alone. There is one object for each layout."""

    step_width: int
    """0: there is no step."""
    places: tuple[Place, ...]


def layout_of(data: bytes) -> Layout | None:
    """The layout of a record's data, None where it isn't numbers alone."""
    if not SHORTEST <= len(data) <= LONGEST or data[0] != _WALL_END:
        return None
    start = _WALL_END
    if data[start] == _STEP_KEY:
        start += 1
        while data[start] >= _MORE and start < STEP_AT + WIDEST_STEP:
            start += 1
        start += 1
    width = start - STEP_AT
    spans = _SPANS.get((width, len(data)), ())
    for span in spans:
        layout = _LAYOUTS.get((width, _blanked(data, start, span)))
        if layout is not None:
            return layout
    layout = _parsed(width, data[start:])
    if layout is not None:
        _remember(layout, width, data, start, spans)
    return layout


_Span = tuple[int, ...]
_SPANS: dict[tuple[int, int], tuple[_Span, ...]] = {}
_LAYOUTS: dict[tuple[int, bytes], Layout] = {}
_MOST_KEPT = 4096
_MOST_SPANS = 4
"""Records of one kind are parsed once: layouts by what is left of a record when its numbers are blanked."""


def _blanked(data: bytes, start: int, span: _Span) -> bytes:
    pieces = []
    for at in span:
        pieces.append(data[start:at])
        start = at + 4
    return b"\0\0\0\0".join([*pieces, data[start:]])


def _remember(layout: Layout, width: int, data: bytes, start: int, spans: tuple[_Span, ...]) -> None:
    span = tuple(place.at for place in layout.places)
    if len(_LAYOUTS) >= _MOST_KEPT or list(span) != sorted(set(span)):
        _LAYOUTS.clear()
        _SPANS.clear()
        spans = ()
    if span not in spans:
        _SPANS[width, len(data)] = (*spans[-_MOST_SPANS + 1 :], span)
    _LAYOUTS[width, _blanked(data, start, span)] = layout


def _parsed(step_width: int, rest: bytes) -> Layout | None:
    head = bytes([_WALL_END]) + bytes(8)
    if step_width > 0:
        head += bytes([_STEP_KEY]) + b"\x80" * (step_width - 1) + b"\0"
    try:
        event = parse_event(memoryview(head + rest))
    except Malformed:
        return None
    if not 0 <= event.step_width <= WIDEST_STEP or not event.values:
        return None
    if any(not value.place or value.plugin == b"hparams" for value in event.values):
        return None
    places = tuple(Place(value.tag, value.place, value.tensor, value.plugin) for value in event.values)
    return Layout(event.step_width, places)
