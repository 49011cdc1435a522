"""What would be cut, or stand as its tool keeps it, says what tells."""

import json

from hypothesis import given
from hypothesis import strategies as st
from tests.console.page_stage import stage
from tests.console.standins_run import NOW, Note, PageApp, drawn, run_view, sees
from tests.console.test_run_page import shown, text

from mlops_console.console.drawing import width_of
from mlops_console.console.run import history, places
from mlops_console.console.run.brief import origins, telling
from mlops_console.console.run.data import tag_text
from mlops_console.console.run.facts import SourceNote
from mlops_console.console.run.params import params


def words(rows):
    return "\n".join("  ".join(cell.text for cell in row.cells) for row in rows)


def test_names_that_a_cut_would_make_alike_keep_their_ends():
    keys = ["forest__max_depth", "forest__max_features", "lr", "a_long_name_of_its_own"]
    assert telling(keys, 12) == ["~__max_depth", "~ax_features", "lr", "a_long_name~"]
    assert telling(keys, 40) == keys


@given(st.lists(st.text(max_size=30), max_size=6), st.integers(4, 20))
def test_names_never_take_more_than_their_room(keys, room):
    assert all(width_of(name) <= room for name in telling(keys, room))


def test_what_mlflow_keeps_as_json_is_said_in_words_and_copied_whole():
    models = [
        {
            "artifact_path": "model",
            "flavors": {"python_function": {"env": "conda.yaml"}, "sklearn": {"code": None}},
        },
        {"artifact_path": "explainer", "flavors": {"python_function": {}}},
    ]
    raw = json.dumps(models)
    assert tag_text("mlflow.log-model.history", raw) == "model (sklearn), explainer (python function)"
    assert tag_text("mlflow.log-model.history", "[{") == "[{"
    assert tag_text("mlflow.log-model.history", "[1, 2]") == "[1, 2]"
    assert tag_text("owner", raw) == raw, "what people write stays as they wrote it"
    rows = params(run_view(tags={"mlflow.log-model.history": raw}), 120)
    assert "model (sklearn)" in words(rows)
    assert "python_function" not in words(rows)
    assert [row.item.copy for row in rows if row.item and row.item.key == "mlflow.log-model.history"] == [raw]


def test_what_a_source_says_is_never_cut():
    path = "mlruns/972042309330021741/251e97c20a0d4ac3bef6feface01645e"
    says = "24 files, 12 params, 8 tags, 13 artifacts, 2 models, 1 dataset"
    for width in (80, 120, 200):
        rows = places.sources(run_view(sources=(SourceNote("mlflow", path, says),)), width, NOW)
        assert path in words(rows)
        assert "1 dataset" in words(rows)
        assert all(cell.at + width_of(cell.text) <= width for row in rows for cell in row.cells)


def test_that_code_was_changed_is_said_before_its_branch():
    view = run_view(environment={"git.commit": "9a1c2e4aa", "git.branch": "a-long-branch", "git.dirty": True})
    (code,) = [origin for origin in origins(view) if origin.label == "code"]
    assert [said for said, _ in code.pieces[1:]] == ["changed since", "a-long-branch"]


async def test_the_whole_reason_goes_before_how_long_ago_it_was():
    told = stage()
    told.view = run_view(status="killed", reason="ended by SIGTERM", ended=NOW + 54_000_000)
    app = PageApp(told)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "ended by SIGTERM " in text(await shown(app, pilot)).splitlines()[1]


async def test_a_note_from_elsewhere_appears_while_history_is_open(monkeypatch):
    monkeypatch.setattr(history, "SAID_SECONDS", 0.05)
    told = stage()
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot, *("tab",) * 6)
        told.notes = [*told.notes, Note("other", app.screen.run_id, "written elsewhere", "bo", NOW)]
        await sees(app, pilot, "written elsewhere")
        assert "written elsewhere" in text(drawn(app))
