"""Labels that come later than predictions, joined by key."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.drift.performance.joining import joined
from mlops_console.drift.performance.outcomes import Outcomes, outcomes_of
from mlops_console.drift.tables.opening import open_table


def brought(folder: Path, window: pl.DataFrame, late: pl.DataFrame) -> Outcomes:
    window.write_parquet(folder / "window.parquet")
    late.write_parquet(folder / "late.parquet")
    return outcomes_of(
        open_table(folder / "window.parquet"),
        label="y",
        score="score",
        key="id",
        labels=open_table(folder / "late.parquet"),
    )


WINDOW = pl.DataFrame({"id": [1, 2, 3, 4, 5, None], "score": [0.1, 0.9, 0.2, 0.8, 0.3, 0.4]})


def test_every_oddity_is_counted_and_no_row_is_used_twice(tmp_path: Path) -> None:
    late = pl.DataFrame({"id": [3, 1, 1, 2, 2, 9, None, 5], "y": [0, 0, 0, 0, 1, 1, 1, None]})
    found = brought(tmp_path, WINDOW, late)
    assert found.label is not None
    assert pl.Series(found.label).fill_nan(None).to_list() == [0, 1, 0, None, None, None]
    assert found.labelled == 0.5
    said = " ".join(found.problems)
    for part in (
        "1 label without a key is not used",
        "1 key has labels that contradict each other: the last in the file holds",
        "2 labels for a key that has one already",
        "1 label is of rows that are not in this window",
        "1 row of the labels has no value yet",
        "1 row has no id",
    ):
        assert part in said


@pytest.mark.parametrize(
    "keys",
    [
        pl.Series(["1", "2", "3", "4", "5"]),
        pl.Series(["1.0", "2.0", "3.0", " 4", "5."]),
        pl.Series([1.0, 2.0, 3.0, 4.0, 5.0]),
        pl.Series([1, 2, 3, 4, 5], dtype=pl.UInt8),
        pl.Series(["1", "2", "3", "4", "5"], dtype=pl.Categorical),
    ],
)
def test_keys_of_other_types_are_the_same_keys(tmp_path: Path, keys: pl.Series) -> None:
    late = pl.DataFrame({"id": keys, "y": [1, 0, 1, 0, 1]})
    found = brought(tmp_path, WINDOW, late)
    assert found.label is not None
    assert pl.Series(found.label).fill_nan(None).to_list() == [1, 0, 1, 0, 1, None]


def test_a_row_that_is_predicted_again_counts_once(tmp_path: Path) -> None:
    window = pl.DataFrame({"id": [1, 2, 1], "score": [0.1, 0.5, 0.7]})
    found = brought(tmp_path, window, pl.DataFrame({"id": [1, 2], "y": [1, 0]}))
    assert found.rows == 2
    assert found.score is not None
    assert pl.Series(found.score).to_list() == [0.5, 0.7]
    assert "predicted again later" in " ".join(found.problems)


def test_what_cannot_be_joined_is_said(tmp_path: Path) -> None:
    found = brought(tmp_path, WINDOW, pl.DataFrame({"key": [1], "y": [1]}))
    assert found.labelled == 0
    assert "Labels can't be joined: the labels have no column id" in " ".join(found.problems)
    found = brought(tmp_path, WINDOW, pl.DataFrame({"id": [["a"]], "y": [1]}))
    assert found.labelled == 0


def test_labels_that_come_later_go_before_those_of_the_window(tmp_path: Path) -> None:
    window = WINDOW.with_columns(pl.Series("y", [1, 1, 1, 1, 1, 1]))
    found = brought(tmp_path, window, pl.DataFrame({"id": [2], "y": [0]}))
    assert pl.Series(found.label).to_list() == [1, 0, 1, 1, 1, 1]


KEYS = st.lists(st.one_of(st.none(), st.integers(0, 6)), max_size=12)


@given(mine=KEYS, theirs=KEYS, text=st.booleans(), data=st.data())
def test_each_label_is_the_last_of_its_key(
    mine: list[int | None], theirs: list[int | None], text: bool, data: st.DataObject
) -> None:
    values = data.draw(
        st.lists(st.one_of(st.none(), st.integers(0, 1)), min_size=len(theirs), max_size=len(theirs))
    )
    last = {key: value for key, value in zip(theirs, values, strict=True) if None not in (key, value)}
    late = pl.DataFrame({"id": pl.Series(theirs, dtype=pl.Int64), "y": pl.Series(values, dtype=pl.Int64)})
    if text:
        late = late.with_columns(pl.col("id").cast(pl.String) + ".0")
    labels, used, _ = joined(pl.Series(mine, dtype=pl.Int64), late, "id", "y")
    assert labels.to_list() == [last.get(key) if key is not None else None for key in mine]
    assert used.to_list() == [key is None or key not in mine[at + 1 :] for at, key in enumerate(mine)]
