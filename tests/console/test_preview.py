"""The preview in both of its forms."""

from dataclasses import replace

import numpy as np
import pytest
from tests.console.standins_run import HOSTILE, RUN, NoWorkspace, drawn, histories, run_view
from textual.screen import Screen

from mlops_console.charts import Curve
from mlops_console.console.app import ConsoleApp
from mlops_console.console.run.reading import Glance, curves_over
from mlops_console.console.widgets.preview import Preview
from mlops_console.errors import StoreError
from mlops_console.records import Changed

MARKED = (("A", RUN), ("B", "other"))


def glance(marked=(), **changes):
    auc = histories()["val/auc"]
    found = [(RUN, auc.step, auc.value)] + [
        (run, auc.step, auc.value - 0.01) for _, run in marked if run != RUN
    ]
    curves, focus = curves_over(found, RUN, marked)
    return Glance(run_view(**changes), "val/auc", curves, focus, frozenset({"lr"}), len(marked))


class PreviewScreen(Screen):
    def __init__(self, answers):
        super().__init__()
        self.answers, self.asked = answers, []

    def compose(self):
        yield Preview(self.read)

    def read(self, _, run, marked):
        self.asked.append((run, tuple(marked)))
        return self.answers(run, marked)


class PreviewApp(ConsoleApp):
    def __init__(self, answers):
        super().__init__(NoWorkspace)
        self.answers = answers

    def first_screen(self):
        return PreviewScreen(self.answers)


async def shown(app, pilot, run=RUN, marked=()):
    await app.workers.wait_for_complete()
    await pilot.pause()
    preview = app.screen.query_one(Preview)
    asked = len(app.screen.asked)
    preview.show(run, marked)
    for _ in range(3_000):
        await pilot.pause(0.01)
        await app.workers.wait_for_complete()
        if len(app.screen.asked) > asked or run is None:
            break
    await pilot.pause()
    return drawn(app)


async def test_a_strip_under_the_table():
    app = PreviewApp(lambda run, marked: glance(marked))
    async with app.run_test(size=(120, 9)) as pilot:
        rows = await shown(app, pilot, marked=MARKED)
    assert rows[0].startswith("  9f8790aa  sweep7-042   ✓ finished in 4m11s")
    assert "val/auc  A .9073  B .8973" in rows[0]
    assert any(row.startswith("  val/auc") and "best .9073 at 40" in row for row in rows)
    assert any(row.startswith("  params   lr .0031") for row in rows)
    assert any("from     churn-v12 71fe0c2   train.py@9a1c2e4   changed since" in row for row in rows)
    assert any("40 epochs" in row for row in rows)


async def test_a_column_beside_the_table():
    app = PreviewApp(lambda run, marked: glance(marked))
    async with app.run_test(size=(60, 48)) as pilot:
        rows = await shown(app, pilot, marked=MARKED)
    page = "\n".join(rows)
    assert "A  ✓ finished" in rows[1]
    assert "metric" in page
    assert "Params" in page
    assert "Where it came from" in page
    assert "torch 2.5.0" in page
    assert "! 1 problem" in page
    assert "Enter open" in page


async def test_a_run_that_is_not_marked_stands_beside_the_marked_ones():
    app = PreviewApp(lambda run, marked: glance(marked))
    async with app.run_test(size=(120, 9)) as pilot:
        rows = await shown(app, pilot, marked=(("A", "x"),))
    assert "this .9073" in rows[0]
    assert "A .8973" in rows[0]


async def test_holding_a_key_asks_only_where_the_cursor_rests():
    app = PreviewApp(lambda run, marked: glance(marked))
    async with app.run_test(size=(120, 9)) as pilot:
        await app.workers.wait_for_complete()
        preview = app.screen.query_one(Preview)
        for run in (*(f"run{index}" for index in range(30)), "last"):
            preview.show(run, ())  # without a pause, however busy the machine is
        while not app.screen.asked:
            await pilot.pause(0.01)
        await app.workers.wait_for_complete()
        assert [run for run, _ in app.screen.asked] == ["last"]


async def test_changes_of_what_is_shown_are_read_again():
    app = PreviewApp(lambda run, marked: glance(marked))
    async with app.run_test(size=(120, 9)) as pilot:
        await shown(app, pilot, marked=MARKED)
        preview, asked = app.screen.query_one(Preview), len(app.screen.asked)
        preview.store_changed(Changed(runs=frozenset({"elsewhere"})))
        await app.workers.wait_for_complete()
        assert len(app.screen.asked) == asked
        preview.store_changed(Changed(runs=frozenset({"other"})))
        await app.workers.wait_for_complete()
        assert len(app.screen.asked) == asked + 1


async def test_what_is_shown_stays_until_the_answer_is_there():
    app = PreviewApp(lambda run, marked: None if run == "gone" else glance(marked))
    async with app.run_test(size=(120, 9)) as pilot:
        await shown(app, pilot)
        app.screen.query_one(Preview).show("slow", ())
        assert "sweep7-042" in drawn(app)[0]
        assert "".join(await shown(app, pilot, run="gone")).strip() == ""
        assert "".join(await shown(app, pilot, run=None)).strip() == ""


@pytest.mark.parametrize("size", [(120, 9), (60, 48), (100, 5), (76, 24), (40, 10), (20, 3)])
async def test_hostile_and_empty_runs_fit_any_size(size):
    def answers(run, marked):
        if run == "empty":
            bare = run_view(metrics=0, params={}, environment={}, datasets=(), artifacts=(), models=())
            return Glance(bare, None, (), None)
        view = run_view(name=HOSTILE, reason=HOSTILE, params={HOSTILE: HOSTILE}, status="failed")
        view = replace(view, metrics=(replace(view.metrics[0], key=HOSTILE),))
        nan = Curve("", "", np.arange(3.0), np.full(3, np.nan), "series0")
        return Glance(view, HOSTILE, (nan,), None)

    app = PreviewApp(answers)
    async with app.run_test(size=size) as pilot:
        page = "\n".join(await shown(app, pilot, run="empty"))
        assert "No metrics" in page or size[1] < 6
        rows = await shown(app, pilot, run="hostile")
    assert all(len(row) <= size[0] for row in rows)
    assert not {"\x1b", "\u202e"} & set("".join(rows))


async def test_a_store_that_fails_leaves_the_last_answer():
    def answers(run, marked):
        if run == "broken":
            raise StoreError("the store was closed")
        return glance(marked)

    app = PreviewApp(answers)
    async with app.run_test(size=(120, 9)) as pilot:
        await shown(app, pilot)
        assert "sweep7-042" in (await shown(app, pilot, run="broken"))[0]
