"""The History section: what changed, who is related, what people say; and the commands to say it."""

import pytest
from tests.console.page_stage import DIFF, stage
from tests.console.standins_run import RUN, Change, PageApp, sees
from tests.console.test_run_page import shown, text

from mlops_console.console.run.changed import changed_rows, diff_rows, difference

HISTORY = ("tab",) * 6


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (0.9131, 0.9093, "\N{MINUS SIGN}.0038"),
        (256, 512, "+256"),
        (1, 1.0, "+0"),
        (True, False, ""),
        ("a", "b", ""),
        (None, 3, ""),
        (float("inf"), 1.0, ""),
    ],
)
def test_a_difference_is_signed_and_only_of_numbers(before, after, said):
    assert difference(before, after) == said


def words(rows):
    return "\n".join("".join(cell.text.ljust(2) for cell in row.cells) for row in rows)


def test_names_that_are_numbers_have_no_difference():
    told = stage().changes._replace(changes=(Change("param", "seed", 20171, 20172),), diff="")
    shown_rows = words(changed_rows(told, 100, frozenset()))
    assert "20171" in shown_rows
    assert "+1" not in shown_rows


def test_a_long_diff_is_folded_a_short_one_not():
    assert len(diff_rows(DIFF, "not committed", frozenset())) == len(DIFF.splitlines()) + 1
    folded = diff_rows(DIFF * 3, "not committed", frozenset())
    assert "3 files, +6 \N{MINUS SIGN}3   Enter shows it" in words(folded)
    assert len(diff_rows(DIFF * 3, "not committed", frozenset({"diff"}))) == 3 * len(DIFF.splitlines()) + 1
    inks = {row.cells[0].text[:1]: row.cells[0].ink for row in diff_rows(DIFF, "x", frozenset())[1:]}
    assert inks["@"] == "accent"


def test_what_of_a_diff_is_not_shown_is_said():
    told = stage().changes._replace(
        diff="+a line\n" * 1000, diff_note="44 kB of uncommitted code are left out."
    )
    unfolded = words(changed_rows(told, 100, frozenset({"diff"})))
    assert "600 more lines; y copies the whole diff" in unfolded
    assert "44 kB of uncommitted code are left out." in unfolded
    alone = words(changed_rows(told._replace(changes=(), diff=""), 100, frozenset()))
    assert "44 kB of uncommitted code are left out." in alone
    assert "agree" not in alone


def test_uncommitted_code_stands_with_the_code():
    told = words(changed_rows(stage().changes, 100, frozenset()))
    assert told.index("changes that were not committed") < told.index("metrics")


async def test_what_changed_and_who_is_related():
    app = PageApp(stage())
    async with app.run_test(size=(120, 36)) as pilot:
        page = text(await shown(app, pilot, *HISTORY))
        assert "against mlp-narrow, the run of train.py before it" in page
        assert "\N{MINUS SIGN}.0038" in page
        assert "2.5.0 › 2.5.1" in page
        assert "mlp-wide-seed1" in page
        assert "seed 1" in page
        assert "Best so far" in page
        assert "baseline" in page


async def test_enter_opens_a_relative_and_esc_comes_back():
    app = PageApp(stage())
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot, *HISTORY)
        history = app.screen.body.history
        while not (history.item and history.item.run):
            history.move(1)
        page = text(await shown(app, pilot, "enter"))
        assert "aa00bb11" in page.splitlines()[0]
        assert app.screen.run_id == "aa00bb11cc22"
        await shown(app, pilot, "escape")
        assert app.screen.run_id == RUN


async def test_enter_unfolds_the_diff():
    app = PageApp(stage())
    async with app.run_test(size=(120, 60)) as pilot:
        page = text(await shown(app, pilot, *HISTORY))
        assert "AdamW" not in page
        history = app.screen.body.history
        while not (history.item and history.item.fold):
            history.move(1)
        assert "AdamW" in text(await shown(app, pilot, "enter"))
        assert "AdamW" not in text(await shown(app, pilot, "enter"))


async def test_a_note_is_typed_shown_and_taken_back():
    told = stage()
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot, *HISTORY, "A", *"looks good", "enter")
        page = await sees(app, pilot, "looks good")
        assert "u undo" in page
        assert [note.text for note in told.notes][-1] == "looks good"
        await shown(app, pilot, "u")
        await sees(app, pilot, "Undone")
        assert "looks good" not in text(await shown(app, pilot))
        assert len(told.notes) == 1


async def test_a_tag_is_given_and_the_old_value_comes_back():
    told = stage()
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot, *HISTORY, "T", *"paper=figure 1", "enter")
        await sees(app, pilot, "paper=figure 1")
        assert told.tags["paper"] == "figure 1"
        await shown(app, pilot, "u")
        await sees(app, pilot, "paper=table 2")
        await shown(app, pilot, ":", *"untag base", "tab", "enter")
        await sees(app, pilot, "taken away")
        assert "baseline" not in told.tags
        await shown(app, pilot, ":", *"untag nothing", "enter")
        await sees(app, pilot, "gave no tag nothing")


async def test_a_note_is_taken_away_by_command():
    told = stage()
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot, *HISTORY, ":", *"unnote", "enter")
        await sees(app, pilot, "Note taken away")
        assert not told.notes
        await shown(app, pilot, "u")
        await sees(app, pilot, "Best so far")


async def test_params_say_what_they_were_and_which_tags_are_peoples():
    app = PageApp(stage())
    async with app.run_test(size=(120, 36)) as pilot:
        page = text(await shown(app, pilot, "tab", "tab"))
        page = await sees(app, pilot, "was 256")
        assert "not set before" in page
        assert "Tags of people" in page
        await shown(app, pilot, "y")
        assert app.clipboard == "1024"
        await shown(app, pilot, "Y")
        assert "batch" in app.clipboard
        assert "was 256" in app.clipboard


async def test_sections_by_command_and_a_wrong_one():
    app = PageApp(stage())
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot, ":", *"section env", "enter")
        assert app.screen.body.section.name == "Environment"
        page = text(await shown(app, pilot))
        assert "changed since the commit" in page
        page = text(await shown(app, pilot, ":", *"section nowhere", "enter"))
        assert "Sections are curves" in page


async def test_a_key_that_does_nothing_here_says_why():
    app = PageApp(stage())
    async with app.run_test(size=(120, 36)) as pilot:
        page = text(await shown(app, pilot, "tab", "L"))
        assert "only on Curves" in page
        assert not app.screen.body.curves.logs
        page = text(await shown(app, pilot, "j"))
        assert "only on Curves" not in page, "the next key takes the message away"


async def test_help_speaks_of_the_open_section():
    app = PageApp(stage())
    async with app.run_test(size=(120, 36)) as pilot:
        page = text(await shown(app, pilot, "tab", "tab", "tab", "?"))
        assert "follow what is written, or stop" in page
        assert "only on Curves" in page
