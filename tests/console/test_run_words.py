"""Where a run came from, why it failed and what became of it, in words; data in words, not in JSON."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.console.page_stage import stage
from tests.console.standins_run import Answers, Lineage, PageApp, run_view, sees
from tests.console.test_preview import PreviewApp
from tests.console.test_preview import shown as preview_shown
from tests.console.test_run_page import shown, text

from mlops_console.console.run.brief import code_of, origins, user_of
from mlops_console.console.run.data import in_words, name_of
from mlops_console.console.run.facts import value_text
from mlops_console.console.run.reading import Glance

# As MLflow 2.x writes a dataset that a script made (mlflow.data.from_pandas, meta.yaml of the run's input).
MADE = {
    "name": "churn-train",
    "digest": "5057fda2",
    "source_type": "code",
    "source": {
        "tags": {
            "mlflow.user": "ana",
            "mlflow.source.name": "/home/ana/code/train.py",
            "mlflow.source.type": "LOCAL",
        }
    },
    "schema": {"mlflow_colspec": [{"type": "double", "name": f"f{i}", "required": True} for i in range(12)]},
    "profile": {"num_rows": 300, "num_elements": 3900},
}
# ... and one of arrays, whose features are JSON within JSON.
ARRAYS = {
    "name": "digits",
    "source": json.dumps({"uri": "s3://lab/digits.npz"}),
    "schema": {
        "mlflow_tensorspec": {
            "features": '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 28, 28]}}]'
        }
    },
    "profile": {"features_shape": [300, 28, 28], "features_size": 3600, "classes": {"0": 30, "1": 31}},
}
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)


def test_a_dataset_is_told_in_words():
    assert in_words(MADE) == {
        "name": "churn-train",
        "digest": "5057fda2",
        "source": "made by train.py run by ana",
        "columns": "12: f0, f1 to f11",
        "rows": 300,
    }
    assert in_words(ARRAYS) == {
        "name": "digits",
        "source": "s3://lab/digits.npz",
        "features": "28 x 28 float64",
        "rows": 300,
        "profile": "classes 0 30, 1 31",
    }


@given(
    st.dictionaries(
        st.sampled_from(["name", "source", "schema", "profile", "source_type", "rows", "tags", "x"])
        | st.text(max_size=6),
        json_values
        | st.fixed_dictionaries({"mlflow_colspec": json_values})
        | st.fixed_dictionaries({"mlflow_tensorspec": json_values})
        | st.fixed_dictionaries({"tags": json_values}),
        max_size=6,
    )
)
def test_any_dataset_can_be_told(dataset):
    told = in_words(dataset)
    assert not any(isinstance(value, (dict, list)) for value in told.values())
    assert name_of(dataset)
    assert all(value_text(value, key) for key, value in told.items() if value != "")


def test_what_mlflow_says_of_its_origin_counts():
    view = run_view(
        environment={},
        host="",
        tags={
            "mlflow.user": "ana",
            "mlflow.source.name": "/home/ana/train.py",
            "mlflow.source.git.commit": "9a1c2e4f00aa",
        },
    )
    assert user_of(view) == "ana"
    assert code_of(view) == "train.py@9a1c2e4"
    told = {origin.label: origin.pieces[0][0] for origin in origins(view)}
    assert told["code"] == "train.py@9a1c2e4"
    assert told["by"] == "ana"


async def test_lineage_and_environment_hold_no_json():
    told = stage()
    told.view = replace(told.view, datasets=(MADE, ARRAYS))
    told.lineage = Lineage(datasets=(MADE, ARRAYS))
    app = PageApp(told)
    async with app.run_test(size=(200, 50)) as pilot:
        for keys in (("tab",) * 5, ("tab",)):
            await shown(app, pilot, *keys)
            page = await sees(app, pilot, "made by train.py run by ana")
            assert "mlflow_colspec" not in page
            assert "{" not in page


async def test_why_it_failed_stands_where_curves_would():
    reason = "ValueError: could not convert string to float: 'n/a'"
    told = Answers(run_view(0, 0, status="failed", reason=reason, problems=()), {})
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        rows = await shown(app, pilot)
        assert reason in rows[3], "in the head"
        assert rows[7].strip() == "Why it failed"
        assert reason in rows[8]
        assert any("Why it failed" in row for row in rows[21:]), "and in the panel"


async def test_without_a_reason_the_end_of_its_log_tells():
    told = stage()
    told.view = replace(told.view, status="failed", metrics=(), reason="")
    app = PageApp(told)
    for size in ((80, 24), (120, 36)):
        app = PageApp(told)
        async with app.run_test(size=size) as pilot:
            page = await sees(app, pilot, "OSError: [Errno 28]")
            assert "Why it failed" in page
            assert "Log has all of it" in page


async def test_without_reason_and_log_it_says_how_to_keep_one():
    told = Answers(run_view(0, 0, status="failed", problems=()), {})
    app = PageApp(told)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await sees(app, pilot, "there is no log")
        assert "output.log 2>&1" in page
        page = text(await shown(app, pilot, "tab"))
        assert "it failed before its files held any" in page


async def test_what_its_tool_deleted_says_so():
    view = run_view(0, 0, deleted="mlflow", gone=True)
    app = PageApp(Answers(view, {}))
    async with app.run_test(size=(120, 36)) as pilot:
        rows = await shown(app, pilot)
        assert "deleted in MLflow" in rows[3]
    told = PreviewApp(lambda *_: Glance(view, None, (), None))
    async with told.run_test(size=(120, 9)) as pilot:
        assert "deleted in MLflow" in (await preview_shown(told, pilot))[0]
    beside = PreviewApp(lambda *_: Glance(view, None, (), None))
    async with beside.run_test(size=(60, 40)) as pilot:
        assert any("deleted in MLflow" in row for row in await preview_shown(beside, pilot))


async def test_a_failed_run_says_why_in_the_preview():
    view = run_view(0, 0, status="failed", reason="KeyError: 'target'")
    app = PreviewApp(lambda *_: Glance(view, None, (), None))
    async with app.run_test(size=(120, 9)) as pilot:
        rows = await preview_shown(app, pilot)
        assert any(row.strip() == "KeyError: 'target'" for row in rows)
