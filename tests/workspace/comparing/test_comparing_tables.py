"""What a comparison lays beside each other: values, goals, differences, costs; and bad input."""

import math
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.comparing.test_comparing_subjects import grid, made
from tests.workspace.desk_making import HOUR, NOW, workspace_at

from mlops_console.workspace import Workspace
from mlops_console.workspace.comparing.asking import compare
from mlops_console.workspace.comparing.goals import said_goals, say_goal
from mlops_console.workspace.comparing.model import Asked, Cell
from mlops_console.workspace.goals import goal_of


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    with workspace_at(tmp_path) as workspace:
        yield workspace


def cells(workspace: Workspace, ids: list[str], key: str, **asked: Any) -> tuple[Cell, ...]:
    row = compare(workspace, Asked(tuple(ids), **asked)).metric(key)
    assert row is not None
    return row.cells


def values(workspace: Workspace, ids: list[str], key: str, **asked: Any) -> list[float | None]:
    return [cell.value for cell in cells(workspace, ids, key, **asked)]


def test_values_of_runs(desk: Workspace) -> None:
    ids = [
        made(desk, "a", {}, metrics={"val/loss": [0.9, 0.2, 0.4]}),
        made(desk, "b", {}, metrics={"val/loss": [0.8, 0.6, 0.5]}),
    ]
    assert values(desk, ids, "val/loss") == [0.4, 0.5]
    assert values(desk, ids, "val/loss", at="best") == [0.2, 0.5]
    assert values(desk, ids, "val/loss", at=1) == [0.2, 0.6]
    assert values(desk, ids, "val/loss", at="area") == pytest.approx([0.425, 0.625])
    base, other = cells(desk, ids, "val/loss")
    assert (base.delta, base.best) == (None, True)
    assert other.delta == pytest.approx(0.1)
    assert (other.better, other.best) == (False, False)


def test_a_run_that_did_not_get_so_far_has_no_value_there(desk: Workspace) -> None:
    ids = [made(desk, "a", {}, metrics={"acc": [0.1, 0.2, 0.3]}), made(desk, "b", {}, metrics={"acc": [0.1]})]
    found = cells(desk, ids, "acc", at=2)
    assert [cell.value for cell in found] == [0.3, None]
    assert found[1].note == "it ends at step 0, before 2"


def test_areas_are_over_the_steps_that_all_have(desk: Workspace) -> None:
    ids = [
        made(desk, "a", {}, metrics={"acc": [0.0, 0.2, 0.4, 0.6, 0.8]}),
        made(desk, "b", {}, metrics={"acc": [0.0, 0.2, 0.4]}),
        made(desk, "c", {}, metrics={"acc": [0.3]}),
    ]
    longer, shorter = cells(desk, ids[:2], "acc", at="area")
    assert longer.value == shorter.value == pytest.approx(0.2)
    assert longer.note == "over steps 0 to 2, which all runs have"
    assert [cell.note for cell in cells(desk, ids, "acc", at="area")] == [
        "the runs have no range of steps in common"
    ] * 3


def test_values_of_groups_and_their_spread(desk: Workspace) -> None:
    forest = cells(desk, grid(desk), "auc", by="model")[1]
    assert forest.values == pytest.approx((0.3, 0.4, 0.5))
    assert (forest.n, forest.value) == (3, pytest.approx(0.4))
    # the standard deviation of 0.3, 0.4 and 0.5 by the formula with n - 1
    assert forest.spread == pytest.approx(0.1)
    assert (forest.low, forest.high) == pytest.approx((0.3, 0.5))
    assert forest.delta == pytest.approx(0.2)
    assert forest.better is True


def test_final_values_that_a_tool_states_count(desk: Workspace) -> None:
    ids = [
        made(desk, n, {}, metrics={}, summary={"rmse": v, "note": "x", "ok": True})
        for n, v in (("a", 2), ("b", 1))
    ]
    found = compare(desk, Asked(tuple(ids)))
    assert [row.key for row in found.metrics] == ["rmse"]
    assert found.judged == ("rmse",)
    assert [cell.value for cell in found.metrics[0].cells] == [2.0, 1.0]


def test_nothing_finite_is_no_value_and_harms_no_other(desk: Workspace) -> None:
    ids = [
        made(desk, "a", {"g": 1}, metrics={"loss": [math.nan], "acc": [0.5]}),
        made(desk, "b", {"g": 1}, metrics={"loss": [math.inf], "acc": [0.6]}),
        made(desk, "c", {"g": 2}, metrics={"loss": [0.5, 0.1], "acc": [1e308]}),
        made(desk, "d", {"g": 2}, metrics={"loss": [0.3], "acc": [1e308]}),
    ]
    first, second = cells(desk, ids, "loss", by="g")
    assert (first.value, first.n) == (None, 0)
    assert "the last value is no number" in first.note
    assert second.value == pytest.approx(0.2)
    assert cells(desk, ids, "acc", by="g")[1].value == 1e308


def test_runs_without_a_metric_in_common(desk: Workspace) -> None:
    ids = [made(desk, "a", {}, metrics={"loss": [0.5]}), made(desk, "b", {}, metrics={"acc": [0.5]})]
    found = compare(desk, Asked(tuple(ids)))
    assert found.judged == ()
    assert {row.key: row.common for row in found.metrics} == {"loss": False, "acc": False}
    assert found.notes[-1] == "There is no metric that all of them have a value of."


def test_the_likeliest_metric_is_judged_by(desk: Workspace) -> None:
    metrics = {"lr": [0.1], "train/loss": [0.3], "val/auc": [0.7], "epoch": [1.0]}
    ids = [made(desk, name, {}, metrics=metrics) for name in "ab"]
    found = compare(desk, Asked(tuple(ids)))
    assert found.judged == ("val/auc",)
    assert found.metrics[0].key == "val/auc"
    assert compare(desk, Asked(tuple(ids), metrics=("lr",))).metrics[0].key == "lr"


def test_goals_are_told_by_names_corrected_and_remembered(desk: Workspace, tmp_path: Path) -> None:
    ids = [
        made(desk, name, {}, metrics={"score": [value], "x": [value]})
        for name, value in (("a", 1.0), ("b", 2.0))
    ]

    def goals() -> dict[str, Any]:
        return {
            row.key: (row.goal, row.said, row.cells[1].better)
            for row in compare(desk, Asked(tuple(ids))).metrics
        }

    assert goals() == {"score": ("max", False, True), "x": (None, False, None)}
    say_goal(desk, "score", "min")
    say_goal(desk, "x" * 300, "min")
    say_goal(desk, "x", "max")
    assert goals() == {"score": ("min", True, False), "x": ("max", True, True)}
    say_goal(desk, "score", goal_of("score"))
    assert said_goals(desk) == {"x": "max", "x" * 300: "min"}
    once = compare(desk, Asked(tuple(ids), metrics=("x",), goal="min")).metric("x")
    assert once is not None
    assert (once.goal, once.cells[1].better) == ("min", False)


def test_what_differs_by_section(desk: Workspace) -> None:
    said = {"python": "3.11", "git.commit": "a" * 40, "packages": {"numpy": "2.0", "scipy": "1.11"}}
    other = {"python": "3.12", "git.commit": "b" * 40, "packages": {"numpy": "2.1", "scipy": "1.11"}}
    ids = [
        made(
            desk, name, {"lr": lr, "model": {"depth": depth, "kind": "x"}}, environment=told,
            started=NOW - took, ended=NOW, datasets=({"name": "train", "sha256": mark * 64, "rows": 10},),
        )
        for name, lr, depth, told, took, mark in (
            ("a", 0.1, 3, said, HOUR, "1"), ("b", "1e-1", 5, other, 2 * HOUR, "2"),
        )
    ]  # fmt: skip
    found = compare(desk, Asked(tuple(ids)))
    assert [(row.section, row.key) for row in found.differences.different] == [
        ("params", "model.depth"),
        ("code", "git.commit"),
        ("data", "train"),
        ("packages", "numpy"),
        ("environment", "python"),
    ]
    (cost,) = found.costs
    assert (cost.key, cost.values, cost.words) == ("duration", (3600.0, 7200.0), ("", "2x as much"))


def test_what_one_says_nothing_of_is_no_difference(desk: Workspace) -> None:
    ids = [made(desk, "a", {}, environment={"packages": {"numpy": "2.0"}}), made(desk, "b", {})]
    found = compare(desk, Asked(tuple(ids)))
    assert found.differences.different == ()
    assert "1 of 2 says nothing of packages: that is not compared." in found.notes


def test_ten_thousand_params(desk: Workspace) -> None:
    ids = [
        made(desk, name, {f"p{at}": at + (at == odd) for at in range(10_000)})
        for name, odd in (("a", -1), ("b", 77))
    ]
    found = compare(desk, Asked(tuple(ids)))
    assert [row.key for row in found.differences.different] == ["p77"]
    assert found.differences.count("params") == (1, 10_000)
