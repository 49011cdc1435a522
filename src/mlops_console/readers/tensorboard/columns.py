"""Records in any order, read as columns: no Python per record, and no repeating pattern needed.

Wall time, step, the last number and the checksum are gathered from wherever they are in each record. What a
record's checksum leaves once the bytes that vary are folded out is a fingerprint of the bytes that don't:
equal fingerprints are (nearly always) records of one kind. One record of each kind is read carefully; the
others must then agree with it byte for byte outside of what may vary. What does not fit is left to `singles`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mlops_console.readers.tensorboard.checksum import Words32, check_records, distances, unmasked
from mlops_console.readers.tensorboard.gathered import Gathered
from mlops_console.readers.tensorboard.layout import LONGEST, SHORTEST, STEP_AT, Layout, layout_of
from mlops_console.readers.tensorboard.others import is_other
from mlops_console.readers.tensorboard.scalars import ScalarTags
from mlops_console.readers.tensorboard.steps import decoded
from mlops_console.readers.tensorboard.window import Window, Words
from mlops_console.records import FloatArray, IntArray

LEAST = 24
"""Records below which columns cost more than they save."""
_ROUNDS = 5
_SLOT_BITS = 12
_MULTIPLIERS = (2654435761, 2246822519, 3266489917, 668265263, 374761393)
_HEAD = 12
_STEP, _SUMMARY, _INNER = 0x10, 0x2A, 0x0A


@dataclass(slots=True)
class Columns:
    """What was read, by record; `series` is -1 where a record has no point so far."""

    series: IntArray
    step: IntArray
    wall: FloatArray
    value: npt.NDArray[np.float32]
    media: list[int]
    """Records that hold no number; their checksums are yet to be verified."""
    odd: list[int]
    """Records that must be read singly."""


def read_columns(
    window: Window, starts: IntArray, lengths: IntArray, into: Gathered, tags: ScalarTags
) -> Columns:
    """The points of some records, as far as they are alike."""
    count = len(starts)
    found = Columns(
        np.full(count, -1, np.int64),
        np.zeros(count, np.int64),
        np.full(count, np.nan),
        np.empty(count, np.float32),
        [],
        list(range(count)),
    )
    if count < LEAST:
        return found
    kinds = _Kinds(window, starts + _HEAD, lengths, tags, into)
    odd = [kinds.others]
    for turn in range(_ROUNDS):
        if len(kinds.numbers) < LEAST:
            break
        odd.append(kinds.settle(found, turn))
    odd.append(kinds.numbers)
    found.odd = np.sort(np.concatenate(odd)).tolist()
    found.media = np.flatnonzero(kinds.media).tolist()
    found.wall[found.media] = kinds.wall[found.media].view(np.float64)
    return found


class _Kinds:
    """The records that look like scalars and are not settled yet."""

    def __init__(
        self, window: Window, data: IntArray, lengths: IntArray, tags: ScalarTags, into: Gathered
    ) -> None:
        self.window, self.tags, self.into = window, tags, into
        words = window.words_from(data)
        head, body = next(words), next(words)
        key = (body >> np.uint64(8)) & np.uint64(0xFF)
        octets = body >> np.uint64(16)
        ends = ~octets & np.uint64(0x808080808080)
        ends &= ~ends + np.uint64(1)  # the lowest bit: where the varint ends
        stepped = key == _STEP
        self.mask = np.where(stepped, (ends << np.uint64(1)) - np.uint64(1), np.uint64(0))
        fits = (head & np.uint64(0xFF)) == 9
        fits &= (stepped & (ends != 0)) | (key == _SUMMARY)
        fits &= lengths >= SHORTEST
        self.data, self.lengths = data, lengths
        self.wall = (head >> np.uint64(8)) | (body << np.uint64(56))
        self.steps = octets & self.mask
        key, whole = self._value_keys(stepped)
        self.media = fits & whole & ((key == 0x22) | (key == 0x2A) | (key == 0x32))
        fits &= (lengths <= LONGEST) & ((key == 0x15) | (key == 0x42))
        self.numbers = np.flatnonzero(fits)
        fits |= self.media
        self.others = np.flatnonzero(~fits)

    def _value_keys(
        self, stepped: npt.NDArray[np.bool_]
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
        """What follows the tag of each record's first value, and whether nothing follows that value."""
        place = self.data + 9 + stepped
        bits = int(np.bitwise_or.reduce(self.mask)).bit_length()
        for byte in range(0, bits, 8):
            place += (self.mask >> np.uint64(byte)) & np.uint64(1) != 0
        word = self.window.words_at(place)
        good = (word & np.uint64(0xFF)) == _SUMMARY
        wide = (word >> np.uint64(15)) & np.uint64(1)
        word >>= np.uint64(16) + (wide << np.uint64(3))
        place += 4 + wide.view(np.int64)
        good &= (word & np.uint64(0xFF)) == _INNER
        wide = (word >> np.uint64(15)) & np.uint64(1)
        size = (word >> np.uint64(8)) & np.uint64(127)
        size |= ((word >> np.uint64(9)) & np.uint64(127 << 7)) * wide
        word >>= np.uint64(16) + (wide << np.uint64(3))
        place += wide.view(np.int64)
        good &= (word & np.uint64(0xFF)) == _INNER
        ends = self.data + self.lengths
        whole = good & (place + size.view(np.int64) == ends)
        tag = (word >> np.uint64(8)) & np.uint64(0xFF)
        place += 2 + tag.view(np.int64)
        good &= (tag < 128) & (place < ends)
        keys = self.window.bytes.take(np.where(good, place, 0))
        keys[~good] = 0
        return keys, whole

    def settle(self, found: Columns, turn: int) -> IntArray:
        """One turn: settle what is of a known kind; returns what must be read singly, keeps the rest."""
        numbers = self.numbers
        lengths = self.lengths[numbers]
        first = np.full(LONGEST + 1, -1, np.int64)
        first[lengths[::-1]] = np.arange(len(numbers) - 1, -1, -1)
        tails = np.full(LONGEST + 1, -1, np.int64)
        odd = []
        for length in np.flatnonzero(first >= 0).tolist():
            number = int(numbers[first[length]])
            layout = self._layout(number)
            if layout is None:
                odd.append(number)
            else:
                tails[length] = length - layout.places[0].at - 4
        tail = tails[lengths]
        rest = numbers[tail < 0]
        if len(rest):
            chosen = tail >= 0
            numbers, tail = numbers[chosen], tail[chosen]
        left = numbers
        if len(numbers):
            more, left = self._match(numbers, tail, found, turn)
            odd += more
        kept = np.zeros(len(self.data), bool)
        kept[rest] = kept[left] = True
        kept[odd] = False
        self.numbers = np.flatnonzero(kept)
        return np.array(odd, np.int64)

    def _layout(self, number: int) -> Layout | None:
        """The layout of a record that holds one scalar."""
        start = int(self.data[number])
        data = self.window.raw[start : start + int(self.lengths[number])]
        layout = None if is_other(data) else layout_of(bytes(data))
        if layout is None or len(layout.places) != 1 or not self.tags.all_of(layout):
            return None
        return layout

    def _match(
        self, numbers: IntArray, tail: IntArray, found: Columns, turn: int
    ) -> tuple[list[int], IntArray]:
        """Settle the records whose last bytes are a number and `tail` more; (read singly, not settled)."""
        every = len(numbers) == len(self.data)
        data, lengths = (self.data, self.lengths) if every else (self.data[numbers], self.lengths[numbers])
        wall, steps = (self.wall, self.steps) if every else (self.wall[numbers], self.steps[numbers])
        ends = self.window.words_at(data + lengths - 4)
        stored = (ends >> np.uint64(32)).astype(np.uint32)
        number = (ends if not tail.any() else self.window.words_at(data + lengths - 4 - tail)).astype(
            np.uint32
        )
        prints = _fingerprints(lengths, tail, wall, steps, number, stored)
        slots = (prints * np.uint32(_MULTIPLIERS[turn])) >> np.uint32(32 - _SLOT_BITS)
        first = np.full(1 << _SLOT_BITS, -1, np.int64)
        first[slots[::-1]] = np.arange(len(numbers) - 1, -1, -1)
        used = np.flatnonzero(first >= 0)
        kinds = np.zeros(1 << _SLOT_BITS, np.int64)
        kinds[used] = np.arange(len(used))
        kind = kinds[slots]
        samples = first[used]
        odd, forms, series = self._forms(numbers[samples], tail[samples], int(lengths.max()))
        same = prints == prints[samples][kind]
        same &= lengths == lengths[samples][kind]
        same &= series[kind] >= 0
        same &= self._agree(data, kind, samples, forms)
        mask = self.mask if every else self.mask[numbers]
        same &= mask == mask[samples][kind]
        if same.all():
            chosen, left = slice(None), numbers[:0]
        else:
            chosen, left = same, numbers[~same]
        settled = numbers[chosen]
        found.series[settled] = series[kind[chosen]]
        found.step[settled] = decoded(steps[chosen])
        found.wall[settled] = wall[chosen].view(np.float64)
        found.value[settled] = number[chosen].view(np.float32)
        return odd, left

    def _forms(self, samples: IntArray, tails: IntArray, longest: int) -> tuple[list[int], Words, IntArray]:
        """Of each kind: the bytes that must be equal (255, others 0), and its series; -1 = no scalar."""
        forms = np.zeros((len(samples), (longest + 7) // 8 * 8), np.uint8)
        series = np.full(len(samples), -1, np.int64)
        odd = []
        starts, lengths = self.data[samples], self.lengths[samples]
        whole = check_records(self.window.bytes, starts, lengths)
        for kind, (number, length, tail) in enumerate(
            zip(samples.tolist(), lengths.tolist(), tails.tolist(), strict=True)
        ):
            layout = self._layout(number)
            place = length - tail - 4
            if layout is None or layout.places[0].at != place or not whole[kind]:
                odd.append(number)
                continue
            series[kind] = self.into.series(layout.places[0].tag)
            forms[kind, STEP_AT - 1 : length] = 255
            forms[kind, STEP_AT : STEP_AT + layout.step_width] = 0
            forms[kind, place : place + 4] = 0
        return odd, forms.view("<u8"), series

    def _agree(
        self, data: IntArray, kind: IntArray, samples: IntArray, masks: Words
    ) -> npt.NDArray[np.bool_]:
        """Whether each record equals the sample of its kind where it must."""
        differ = np.zeros(len(data), np.uint64)
        words = self.window.words_from(data + 8)
        for word in range(1, masks.shape[1]):
            here = next(words)
            here ^= here[samples][kind]
            here &= masks[:, word][kind]
            differ |= here
        same: npt.NDArray[np.bool_] = differ == 0
        return same


def _fingerprints(
    lengths: IntArray, tail: IntArray, wall: Words, steps: Words, number: Words32, stored: Words32
) -> Words32:
    """The checksums without what wall time, step and number add to them."""
    table = distances()
    found = unmasked(stored)
    base = (lengths - SHORTEST) << 8
    index = np.empty(len(lengths), np.int64)
    added = np.empty(len(lengths), np.uint32)

    def fold(octets: npt.NDArray[np.uint8], base: IntArray, distance: int) -> None:
        np.add(base, octets, out=index)
        table[distance << 8 :].take(index, out=added, mode="clip")
        np.bitwise_xor(found, added, out=found)

    moved = int(np.bitwise_or.reduce(wall ^ wall[0]))
    octets = wall.view(np.uint8).reshape(-1, 8)
    for byte in range(8):
        if moved >> (8 * byte) & 255:
            fold(octets[:, byte], base, SHORTEST - 2 - byte)
    octets = steps.view(np.uint8).reshape(-1, 8)
    for byte in range((int(np.bitwise_or.reduce(steps)).bit_length() + 7) // 8):
        fold(octets[:, byte], base, SHORTEST - STEP_AT - 1 - byte)
    octets = number.view(np.uint8).reshape(-1, 4)
    behind = tail << 8
    for byte in range(4):
        fold(octets[:, byte], behind, 3 - byte)
    return found
