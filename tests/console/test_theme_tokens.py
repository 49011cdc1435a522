"""Colours: readable everywhere, and letters that name series."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.console.theme import (
    ANSI,
    CONTRAST,
    DARK,
    LIGHT,
    PALETTES,
    contrast,
    letter,
    letter_number,
)

INKS = ("text", "second", "muted", "accent", "ok", "warn", "bad", *"ABCDEFG")
GROUNDS = ("bg", "panel", "bar", "raised", "cursor2")


@pytest.mark.parametrize("shade", [DARK, LIGHT, CONTRAST], ids=lambda shade: shade.name)
@pytest.mark.parametrize("ink", INKS)
def test_text_is_readable_on_the_canvas(shade: object, ink: str) -> None:
    assert contrast(shade.colour(ink), shade.bg) >= 4.49


@pytest.mark.parametrize("shade", [DARK, LIGHT, CONTRAST], ids=lambda shade: shade.name)
@pytest.mark.parametrize("ink", INKS)
def test_text_is_readable_on_the_cursor_row(shade: object, ink: str) -> None:
    style = shade.style(ink, "cursor")
    assert contrast(style.color.name, style.bgcolor.name) >= 4.49


def test_sixteen_colours_have_no_tints_and_a_reversed_cursor() -> None:
    for ground in GROUNDS:
        assert ANSI.style("text", ground).bgcolor.name == "default"
    assert ANSI.style("muted", "cursor").reverse


def test_every_palette_has_every_token() -> None:
    for shade in PALETTES.values():
        assert len(shade.series) == 7
        for ink in (*INKS, *GROUNDS, "faint", "line", "base"):
            assert shade.colour(ink)


@given(st.integers(0, 701))
def test_letters_and_numbers_are_each_others_inverse(number: int) -> None:
    assert letter_number(letter(number)) == number
    assert len(letter(number)) <= 2


def test_marks_beyond_two_letters_share_a_sign() -> None:
    assert letter(702) == letter(5000) == "+"
    assert DARK.colour("+") == "+" or DARK.style("muted")
