"""Lines of logs: the same wherever the bytes are cut, and only the last state of what is drawn over."""

from hypothesis import given
from hypothesis import strategies as st

from mlops_console.readers.previews.lines import LONGEST, cut

PIECES = st.one_of(
    st.sampled_from(
        [
            b"\n",
            b"\r",
            b"\r\n",
            b"\x1b[31m",
            b"\x1b[K",
            b"\x1b]0;t\x07",
            b" 10%|#  ",
            "é€😀".encode(),
            b"\xff",
            b"",
        ]
    ),
    st.binary(max_size=12),
    st.integers(LONGEST - 3, LONGEST + 3).map(lambda size: b"x" * size),
    st.integers(LONGEST - 3, LONGEST + 3).map(lambda size: "é".encode() * size),
    st.integers(LONGEST - 2, LONGEST + 2).map(lambda size: b"\r" * size),
)


@given(st.lists(PIECES, max_size=12).map(b"".join), st.data())
def test_lines_are_the_same_wherever_the_bytes_are_cut(data: bytes, draw: st.DataObject) -> None:
    whole = cut(data)
    lines: list[str] = []
    at = end = 0
    for _ in range(draw.draw(st.integers(0, 8))):
        end = draw.draw(st.integers(end, len(data)))
        part = cut(data[at:end])
        lines += part.lines
        at += part.used
    last = cut(data[at:])
    assert [*lines, *last.lines] == list(whole.lines)
    assert (at + last.used, last.partial) == (whole.used, whole.partial)


@given(st.binary(max_size=300))
def test_plain_lines_are_what_they_are(data: bytes) -> None:
    clean = data.replace(b"\r", b"").replace(b"\x1b", b"").replace(b"\xc2\x9b", b"")
    *lines, rest = clean.decode("utf-8", "surrogateescape").split("\n")
    found = cut(clean)
    assert (list(found.lines), found.partial) == (lines, rest)


def test_of_a_progress_bar_the_last_state_is_left() -> None:
    bar = b"epoch 1\n\r  0%|  | 0/9\r 50%|# | 5/9\r100%|##| 9/9\nepoch 2\r\n\r  0%|"
    found = cut(bar)
    assert found.lines == ("epoch 1", "100%|##| 9/9", "epoch 2")
    assert found.partial == "  0%|"
    assert cut(bar[found.used :]).partial == "  0%|"


def test_escape_codes_are_left_out_and_nothing_else() -> None:
    raw = b"\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x1b\\ \x1b]52;c;eA==\x07"
    raw += b"\x1b(B\x1bM\x00\x07tail\n"
    assert cut(raw).lines == ("red link \x00\x07tail",)


def test_a_line_without_an_end_comes_in_pieces_between_letters() -> None:
    text = "é" * LONGEST
    found = cut(text.encode())
    assert "".join(found.lines) + found.partial == text
    assert all(len(line.encode()) <= LONGEST for line in found.lines)
