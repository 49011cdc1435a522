"""The difference of two screens makes the terminal show the second, whatever the first was."""

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.console.driver.grid import Grid
from mlops_console.console.driver.styles import PLAIN, change, look

COLUMNS, ROWS = 24, 6
STYLES = ("", "1", "38;2;230;234;240;48;2;13;17;23", "1;38;5;12;48;2;13;17;23", "3;4;31;44", "7", "97;49")
Runs = st.lists(st.tuples(st.text("ab .中é▁", min_size=1, max_size=8), st.sampled_from(STYLES)), max_size=4)


def row_text(runs: list[tuple[str, str]]) -> str:
    cells = 0
    out = []
    for text, style in runs:
        for char in text:
            width = 2 if char == "中" else 1
            if cells + width > COLUMNS:
                break
            cells += width
            out.append(f"\x1b[{style}m{char}\x1b[0m" if style else char)
    return "".join(out) + " " * (COLUMNS - cells)


def frame_of(rows: list[list[tuple[str, str]]]) -> str:
    lines = [f"\x1b[{y};1H{row_text(runs)}" for y, runs in enumerate(rows, 1)]
    return "\n".join(lines) + "\x1b[1;1H"


def shown(data: list[str]) -> list[list[object]]:
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.Stream(screen)
    screen.reset_mode(7, private=True)
    for text in data:
        stream.feed(text)
    return [
        [
            (cell.bg, cell.reverse, cell.underscore, " ")
            if cell.data == " "
            else (cell.data, cell.fg, cell.bg, cell.bold, cell.italics, cell.underscore, cell.reverse)
            for cell in (screen.buffer[y][x] for x in range(COLUMNS))
        ]
        for y in range(ROWS)
    ]


@pytest.mark.parametrize("erases", [False, True])
@given(frames=st.lists(st.lists(Runs, min_size=ROWS, max_size=ROWS), min_size=1, max_size=4))
def test_the_terminal_shows_what_the_frames_say(
    frames: list[list[list[tuple[str, str]]]], erases: bool
) -> None:
    grid = Grid(erases=erases)
    grid.resize(COLUMNS, ROWS)
    sent = []
    for rows in frames:
        grid.take(frame_of(rows))
        sent.append(grid.difference())
    assert shown(sent) == shown([frame_of(frames[-1])])


@given(st.lists(st.lists(Runs, min_size=ROWS, max_size=ROWS), min_size=2, max_size=3))
def test_skipped_frames_leave_no_trace(frames: list[list[list[tuple[str, str]]]]) -> None:
    grid = Grid()
    grid.resize(COLUMNS, ROWS)
    for rows in frames:
        grid.take(frame_of(rows))
    assert shown([grid.difference()]) == shown([frame_of(frames[-1])])


def test_an_unchanged_screen_costs_nothing() -> None:
    grid = Grid()
    grid.resize(COLUMNS, ROWS)
    frame = frame_of([[("hello", STYLES[2])]] * ROWS)
    grid.take(frame)
    assert grid.difference()
    grid.take(frame)
    assert grid.difference() == ""


def test_a_changed_cell_costs_one_cell() -> None:
    grid = Grid()
    grid.resize(COLUMNS, ROWS)
    grid.take(frame_of([[("hello", "")]] * ROWS))
    grid.difference()
    grid.take("\x1b[3;1Hhullo\x1b[1;1H")
    assert grid.difference() == "\x1b[3;2Hu\x1b[1;1H"


def test_stretches_of_blanks_are_erased_where_the_terminal_can() -> None:
    grid = Grid(erases=True)
    grid.resize(COLUMNS, ROWS)
    grid.take(
        "\x1b[1;1H\x1b[41m" + " " * 14 + "a" + " " * (COLUMNS - 15) + "\x1b[0m\x1b[2;1H" + " " * COLUMNS
    )
    assert grid.difference() == "\x1b[1;1H\x1b[41m\x1b[14X\x1b[14Ca" + " " * 9 + "\r\n\x1b[0m\x1b[K\x1b[2;25H"


def test_after_a_resize_everything_is_sent_again() -> None:
    grid = Grid()
    grid.resize(COLUMNS, ROWS)
    grid.take(frame_of([[("hello", "")]] * ROWS))
    grid.difference()
    grid.resize(COLUMNS - 4, ROWS - 1)
    sent = grid.difference()
    assert sent.count("hello") == ROWS - 1
    grid.take("\x1b[9;1Hbelow the end\x1b[1;30Hbehind the end")
    assert grid.difference() == ""


def test_half_a_wide_character_is_never_left() -> None:
    grid = Grid()
    grid.resize(COLUMNS, ROWS)
    grid.take("\x1b[1;1Ha中b")
    grid.difference()
    grid.take("\x1b[1;3Hx")
    assert grid.difference() == "\x1b[1;2H x\x1b[1;4H"
    grid.take("\x1b[1;24H中")
    assert "中" not in grid.difference()


@pytest.mark.parametrize("hostile", ["\x07", "\x08", "\x9b", "\r", "\x7f"])
def test_control_characters_inside_a_frame_become_visible(hostile: str) -> None:
    grid = Grid()
    grid.resize(COLUMNS, ROWS)
    grid.take(f"\x1b[1;1Ha{hostile}b")
    assert grid.difference() == "\x1b[1;1Ha?b\x1b[1;4H"


@pytest.mark.parametrize(
    "hostile", ["\x1b[2J", "\x1b]52;c;aGk=\x07", "\x1b]8;;http://x\x1b\\", "\x1b[?25h", "\x1bc"]
)
def test_sequences_hidden_in_text_become_visible(hostile: str) -> None:
    grid = Grid()
    grid.resize(COLUMNS, ROWS)
    grid.take(f"\x1b[1;1Ha{hostile}b")
    sent = grid.difference()
    assert hostile not in sent
    assert sent.replace("\x1b[1;", "").count("\x1b") == 0


@given(st.sampled_from(STYLES), st.sampled_from(STYLES))
def test_a_step_between_styles_ends_in_the_second(before: str, after: str) -> None:
    def cell(text: str) -> object:
        screen = pyte.Screen(4, 1)
        pyte.Stream(screen).feed(text)
        return screen.buffer[0][0]

    start = f"\x1b[{before}m" if before else ""
    plain = f"\x1b[0;{after}m" if after else "\x1b[0m"
    assert cell(start + change(look(before), look(after)) + "x") == cell(plain + "x")


def test_only_what_changes_of_a_style_is_sent() -> None:
    on_dark = look("38;2;1;2;3;48;2;9;9;9")
    assert change(on_dark, look("38;2;4;5;6;48;2;9;9;9")) == "\x1b[38;2;4;5;6m"
    assert change(look("1;31"), look("31")) == "\x1b[22m"
    assert change(on_dark, PLAIN) == "\x1b[0m"
    assert change(PLAIN, PLAIN) == ""
