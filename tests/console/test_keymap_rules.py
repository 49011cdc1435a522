"""The keymap's rules: one meaning per key and screen, global keys never rebound, docs fresh."""

from pathlib import Path

import pytest

from mlops_console.console import keymap


def test_global_keys_mean_the_same_everywhere() -> None:
    everywhere = {on for key in keymap.views()[keymap.EVERYWHERE].keys for on in key.on}
    for view in keymap.views().values():
        if view.name != keymap.EVERYWHERE:
            own = {on for key in view.keys for on in key.on}
            # Esc and its like step back within a view first, which is what they mean everywhere.
            assert not (own & everywhere), view.name


@pytest.mark.parametrize("name", sorted(keymap.views()))
def test_a_key_has_one_meaning_on_a_screen(name: str) -> None:
    taken = [on for key in keymap.keys_of(name) for on in key.on]
    assert len(taken) == len(set(taken))


def test_ids_are_unique() -> None:
    ids = [key.id for view in keymap.views().values() for key in view.keys]
    assert len(ids) == len(set(ids))


def test_the_footer_has_at_most_eight_words_that_fit() -> None:
    for name in keymap.views():
        for key in keymap.keys_of(name):
            assert not key.short or key.footer < 1000


def test_the_keys_page_is_fresh() -> None:
    page = Path(__file__).parents[2] / "docs" / "keys.md"
    assert page.read_text(encoding="utf-8") == keymap.document(), (
        "run: python -m mlops_console.console.keymap > docs/keys.md"
    )
