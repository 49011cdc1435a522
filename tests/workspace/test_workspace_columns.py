"""Which columns there are, which are shown by themselves, which way is better."""

import pytest
from tests.workspace.desk_making import put, read_of

from mlops_console.errors import UsageError
from mlops_console.workspace.choosing import column_named
from mlops_console.workspace.columns import (
    MOST,
    column_of,
    columns_of,
    default_columns,
    main_metric,
)
from mlops_console.workspace.goals import goal_of, interest


@pytest.mark.parametrize(
    ("key", "goal"),
    [
        ("loss", "min"), ("val/loss", "min"), ("valLoss", "min"), ("train_rmse", "min"), ("MAE", "min"),
        ("perplexity", "min"), ("log_loss", "min"), ("error_rate", "min"), ("eval/wer", "min"),
        ("ece", "min"),
        ("accuracy", "max"), ("val_acc", "max"), ("AUC", "max"), ("roc_auc", "max"),
        ("f1-score", "max"),
        ("R2", "max"), ("metrics/mAP50-95(B)", "max"), ("rollout/ep_rew_mean", None), ("reward", "max"),
        ("test/bleu", "max"), ("iou", "max"), ("precision_macro", "max"), ("acc_loss", "min"),
        ("epoch", None), ("lr", None), ("time/fps", None), ("", None), ("grad_norm", None),
        ("per", "min"), ("test/PER", "min"), ("per_val", "min"), ("loss_per_token", "min"),
        ("eval/samples_per_second", None), ("steps_per_second", None), ("eval_steps_per_sec", None),
    ],
)  # fmt: skip
def test_the_name_says_which_way_is_better(key, goal):
    assert goal_of(key) == goal


def test_what_is_measured_on_held_out_data_is_looked_at_first():
    keys = ["lr", "epoch", "train/loss", "val/loss", "val/acc", "grad_norm", "throughput"]
    ranked = sorted(keys, key=interest, reverse=True)
    assert ranked[:3] == ["val/acc", "val/loss", "train/loss"]


def test_what_varies_and_what_moves_is_shown(desk):
    keys = [column.key for column in default_columns(desk)]
    assert keys == [
        "run", "name", "status", "param:lr", "param:optimizer", "param:depth", "metric:val/loss",
        "metric:train/loss", "spark:val/loss", "took", "age",
    ]  # fmt: skip
    assert "param:same" not in keys


def test_nothing_is_shown_that_is_not_there(empty):
    assert [column.key for column in default_columns(empty)] == ["run", "name", "status", "took", "age"]
    assert [info.present for info in columns_of(empty)] == [0] * len(columns_of(empty))


def test_many_params_leave_room_for_the_metrics(empty):
    project = empty.projects[0]
    reads = [
        read_of(
            project,
            f"r{i}",
            {f"m{k}": [0.1, i] for k in range(20)} | {"val/auc": [0.5, 0.1 * i]},
            params={f"p{k}": i for k in range(40)} | {"lr": 0.1 * i, "out_dir": f"/x/{i}"},
        )
        for i in range(12)
    ]
    put(empty, *reads)
    keys = [column.key for column in default_columns(empty)]
    assert len(keys) <= MOST
    assert "param:lr" in keys
    assert "param:out_dir" not in keys
    assert "metric:val/auc" in keys
    main = main_metric(columns_of(empty), 12)
    assert main is not None
    assert (main.key, main.goal) == ("metric:val/auc", "max")


def test_a_param_with_words_among_numbers_is_text(empty):
    project = empty.projects[0]
    put(
        empty,
        read_of(project, "a", params={"lr": 0.1, "wd": None}),
        read_of(project, "b", params={"lr": "auto"}),
    )
    kinds = {info.column.key: info.column.kind for info in columns_of(empty)}
    assert kinds["param:lr"] == "text"
    put(empty, read_of(project, "c", params={"wd": 0.5}))
    kinds = {info.column.key: info.column.kind for info in columns_of(empty)}
    assert kinds["param:wd"] == "number"


def test_sources_and_projects_are_shown_when_there_are_several(tmp_path):
    from mlops_console.workspace import open_workspace

    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with open_workspace([tmp_path / "one", tmp_path / "two"], str(tmp_path / "s")) as workspace:
        one, two = workspace.projects
        put(workspace, read_of(one, "r", reader="plain"), read_of(two, "r", reader="keras"))
        keys = [column.key for column in default_columns(workspace)]
        assert {"project", "source"} <= set(keys)
        keys = [column.key for column in default_columns(workspace, (one.key,))]
        assert not {"project", "source"} & set(keys)


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("status", "status"), ("id", "run"), ("lr", "metric:lr"), ("param.lr", "param:lr"),
        ("param:lr", "param:lr"), ("depth", "param:depth"), ("acc", "summary:acc"), ("stage", "tag:stage"),
        ("best.val/loss", "best:val/loss"), ("step:val/loss", "step:val/loss"),
    ],
)  # fmt: skip
def test_a_word_means_a_column(desk, word, key):
    assert column_named(desk, word).key == key


def test_an_unknown_word_is_answered_with_likely_ones(desk):
    with pytest.raises(UsageError) as caught:
        column_named(desk, "val/los")
    assert "val/loss" in caught.value.hint
    with pytest.raises(UsageError):
        column_of("nonsense:x")
