"""Who is compared: runs, groups by what they say, repetitions of one configuration; bases and pairs."""

from pathlib import Path
from typing import Any

import pytest
from tests.workspace.desk_making import put, read_of, workspace_at

from mlops_console.errors import UsageError
from mlops_console.workspace import Workspace
from mlops_console.workspace.comparing.asking import compare
from mlops_console.workspace.comparing.model import Asked
from mlops_console.workspace.details import resolve


def made(workspace: Workspace, name: str, params: dict[str, Any], **said: Any) -> str:
    """A run; its id."""
    metrics = said.pop("metrics", {"auc": [0.5, 0.8]})
    put(workspace, read_of(workspace.projects[0], f"runs/{name}", metrics, name=name, params=params, **said))
    return resolve(workspace, f"runs/{name}")


def grid(workspace: Workspace, seeds: int = 3) -> list[str]:
    """Two models, some seeds each, in the order of the seeds."""
    return [
        made(
            workspace, f"{model}-{seed}", {"model": model, "seed": seed}, metrics={"auc": [0.1 * seed + gain]}
        )
        for seed in range(seeds)
        for model, gain in (("linear", 0.1), ("forest", 0.3))
    ]


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    with workspace_at(tmp_path) as workspace:
        yield workspace


def test_runs_are_subjects_in_the_order_named_and_the_first_is_the_base(desk: Workspace) -> None:
    ids = grid(desk)[:3]
    found = compare(desk, Asked(tuple(ids)))
    assert [(s.letter, s.name, s.key, s.base) for s in found.subjects] == [
        ("", "linear-0", ids[0], True),
        ("A", "forest-0", ids[1], False),
        ("B", "linear-1", ids[2], False),
    ]
    assert found.base.runs == (ids[0],)


def test_a_base_may_be_any_run_also_one_that_was_not_named(desk: Workspace) -> None:
    ids = grid(desk)
    second = compare(desk, Asked((ids[0], ids[1]), base=ids[1]))
    assert [s.letter for s in second.subjects] == ["A", ""]
    other = compare(desk, Asked((ids[0], ids[1]), base="linear-2"))
    assert [s.name for s in other.subjects] == ["linear-2", "linear-0", "forest-0"]
    assert other.base.name == "linear-2"


def test_a_run_named_twice_is_one(desk: Workspace) -> None:
    ids = grid(desk)
    with pytest.raises(UsageError, match="two runs or more"):
        compare(desk, Asked((ids[0], ids[0])))


def test_groups_by_a_param_pair_by_seed(desk: Workspace) -> None:
    ids = grid(desk)
    found = compare(desk, Asked(tuple(ids), by="model", base="forest"))
    assert [(s.key, len(s.runs), s.base) for s in found.subjects] == [
        ("linear", 3, False),
        ("forest", 3, True),
    ]
    assert found.paired_by == ("seed",)
    assert [found.pairs[run] for run in found.base.runs] == ["seed=0", "seed=1", "seed=2"]


def test_numbers_that_say_the_same_are_one_group_and_name_the_base(desk: Workspace) -> None:
    values = [0.1, "0.1", 1e-1, 2, "2.0"]
    ids = [made(desk, f"r{at}", {"lr": value}) for at, value in enumerate(values)]
    found = compare(desk, Asked(tuple(ids), by="lr", base="0.10"))
    assert [(s.key, len(s.runs)) for s in found.subjects] == [("0.1", 3), ("2", 2)]
    assert found.base.key == "0.1"


@pytest.mark.parametrize("by", ["tag:stage", "stage"])
def test_groups_by_a_tag(desk: Workspace, by: str) -> None:
    ids = [made(desk, f"r{at}", {}, tags={"stage": "ab"[at % 2]}) for at in range(4)]
    assert [s.key for s in compare(desk, Asked(tuple(ids), by=by)).subjects] == ["a", "b"]


def test_groups_by_a_field(desk: Workspace) -> None:
    ids = [made(desk, f"r{at}", {}, group=f"sweep-{at % 2}") for at in range(4)]
    assert [len(s.runs) for s in compare(desk, Asked(tuple(ids), by="group")).subjects] == [2, 2]


def test_runs_without_the_param_are_left_out_and_that_is_said(desk: Workspace) -> None:
    ids = [*grid(desk), made(desk, "odd", {"seed": 9})]
    found = compare(desk, Asked(tuple(ids), by="model"))
    assert sum(len(s.runs) for s in found.subjects) == 6
    assert "1 run has no model and is left out." in found.notes


def test_a_configuration_brings_the_runs_with_other_seeds(desk: Workspace) -> None:
    ids = grid(desk, 4)
    found = compare(desk, Asked((ids[1], ids[0]), by="config"))
    assert [(s.name, len(s.runs)) for s in found.subjects] == [("model=forest", 4), ("model=linear", 4)]
    assert found.base.name == "model=forest"
    assert compare(desk, Asked((ids[1], ids[0]), by="config", base="linear-3")).base.name == "model=linear"


def test_what_can_not_be_compared_is_a_sentence(desk: Workspace) -> None:
    ids = grid(desk)
    for asked, words in (
        (Asked((ids[0],)), "two runs or more"),
        (Asked((ids[0], ids[2]), by="model"), "have the same model: linear"),
        (Asked(tuple(ids), by="nothing"), "has a param, tag or field 'nothing'"),
        (Asked((ids[0], ids[2]), by="config"), "of one configuration"),
        (Asked(tuple(ids), by="model", base="boosted"), "'boosted' is none of what is compared"),
        (Asked(tuple(ids), base="boosted"), "there is no run 'boosted'"),
        (Asked(tuple(ids), metrics=("auk",)), "none of these runs has a metric 'auk'"),
    ):
        with pytest.raises(UsageError, match=words):
            compare(desk, asked)


def test_more_than_fifty_are_too_many(desk: Workspace) -> None:
    ids = [made(desk, f"r{at}", {"lr": at / 100}) for at in range(51)]
    with pytest.raises(UsageError, match="51 values of lr are too many"):
        compare(desk, Asked(tuple(ids), by="lr"))
    assert len(compare(desk, Asked(tuple(ids[:50]))).subjects) == 50


@pytest.mark.parametrize(
    "name",
    [
        "seed",
        "random_state",
        "trainer.seed",
        "data_seed",
        "fold",
        "cv_fold",
        "fold_idx",
        "split/seed",
        "repeat",
    ],
)
def test_what_tells_repetitions_apart_pairs(desk: Workspace, name: str) -> None:
    ids = [made(desk, f"{m}{at}", {"model": m, name: at}) for m in "ab" for at in range(2)]
    assert compare(desk, Asked(tuple(ids), by="model")).paired_by == (name,)


@pytest.mark.parametrize("name", ["n_folds", "seedling", "report", "split"])
def test_what_only_sounds_like_it_does_not(desk: Workspace, name: str) -> None:
    ids = [made(desk, f"{m}{at}", {"model": m, name: at % 1}) for m in "ab" for at in range(2)]
    found = compare(desk, Asked(tuple(ids), by="model"))
    assert found.paired_by == ()
    assert set(found.pairs.values()) == {""}


def test_a_grid_that_was_run_for_each_pairs_beside_the_seeds(desk: Workspace) -> None:
    ids = [
        made(desk, f"{m}-{lr}-{seed}", {"model": m, "lr": lr, "seed": seed, "depth": depth})
        for m, depth in (("a", 3), ("b", 5))
        for lr in (0.1, 0.2)
        for seed in (1, 2)
    ]
    found = compare(desk, Asked(tuple(ids), by="model"))
    assert found.paired_by == ("seed", "lr")
    assert sorted(found.pairs[run] for run in found.base.runs)[0] == "seed=1 lr=0.1"


def test_grouped_by_seed_pairs_by_the_rest(desk: Workspace) -> None:
    found = compare(desk, Asked(tuple(grid(desk)), by="seed"))
    assert [s.key for s in found.subjects] == ["0", "1", "2"]
    assert found.paired_by == ("model",)
