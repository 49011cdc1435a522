"""Tables of millions of lines that are no rows: counted quickly, and to the same end however they are cut."""

import re
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conformance.reading import read_on
from tests.readers.plain_files import OneRun, source_of, write

from mlops_console.readers.contract import Budget
from mlops_console.readers.plain import READER

GOOD = "".join(f"{step},0.5,0.25\n" for step in range(40))
LINES = st.sampled_from(
    [
        "7,0.5,0.25", "8,,0.1", "9,0.5,0.25,", "1,2", "1,2,3,4", "oops", "x,y,z", ",x,y", "", "  ", "# a,b",
        "step,loss,acc", "step,loss", "epoch,loss,val_loss,acc", '"1","2","3"', '"1","2","3","4"', '"1,2,3',
        "abc,0.5,0.2", "7,oops,0.2", "1,2\0,3", "train,loss,error", 'a"b,c"d,1',
    ]
)  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(LINES, max_size=40), many=st.integers(0, 12))
def test_cuts_change_nothing_where_strange_lines_are_many(tmp_path_factory, monkeypatch, lines, many):
    monkeypatch.setattr("mlops_console.readers.plain.table.MANY", many)
    monkeypatch.setattr("mlops_console.readers.plain.pieces.SMALLEST_PIECE", 32)
    text = "step,loss,acc\n" + GOOD[:110] + "\n".join(lines) + "\n" + GOOD[:110]
    root = write(tmp_path_factory.mktemp("strange"), {"run/metrics.csv": text})
    source = source_of(root)
    once, in_cuts = read_on(READER, root, source), read_on(READER, root, source, budget=Budget(1, 0))
    assert {key: block.tobytes() for key, block in once.series().items()} == {
        key: block.tobytes() for key, block in in_cuts.series().items()
    }
    assert counts(once) == counts(in_cuts)


def counts(story):
    """What is wrong, without which was the first of its kind: of a piece's columns one is judged by one."""
    return sorted(re.sub(r"\([^()]*\)", "", problem.what) for problem in story.problems)


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize("line", ["1,2,3,4,5", "oops", "foo,bar,baz,qux", '"1","2","3","4"', "1"])
def test_bad_lines_cost_little_more_than_good_ones(tmp_path, line):
    """By the ratio of CPU seconds: at most 4 times those of good lines; told with how many they are."""
    count = 200_000
    began = process_time()
    OneRun(tmp_path / "good", {"run/metrics.csv": "step,loss,acc\n" + "7,0.5,0.25\n" * count})
    good = process_time() - began
    began = process_time()
    bad = OneRun(tmp_path / "bad", {"run/metrics.csv": f"step,loss,acc\n{GOOD}" + f"{line}\n" * count + GOOD})
    assert process_time() - began < 4 * good
    assert len(bad.metrics["loss"]) == 80
    (told,) = bad.problems
    assert f"{count:,} rows have more or fewer cells" in told


def test_rows_without_a_step_are_counted_quickly_too(tmp_path):
    run = OneRun(tmp_path, {"run/metrics.csv": f"step,loss,acc\n{GOOD}" + "abc,0.5,0.2\n" * 50_000 + GOOD})
    assert len(run.metrics["loss"]) == 80
    assert any("In 50,000 rows the step is no number" in told for told in run.problems)


def test_the_header_may_come_again_after_ever_so_many(tmp_path):
    text = f"step,loss,acc\n{GOOD}" + "abc,0.5,0.2\n" * 12_000 + "step,loss,acc\n" + GOOD
    run = OneRun(tmp_path, {"run/metrics.csv": text})
    assert any("In 12,000 rows" in told for told in run.problems)


def test_more_columns_than_are_read(tmp_path):
    names = [f"m{number}" for number in range(20_001)]
    row = ",".join("1" for _ in range(20_002))
    run = OneRun(tmp_path, {"run/metrics.csv": ",".join(["step", *names]) + f"\n{row}\n"})
    (told,) = run.problems
    assert "The table has 20,002 columns, more than the 20,000 that are read" in told
    assert "a row per value" in told
    assert not run.metrics


def test_as_many_columns_as_are_read(tmp_path):
    names = [f"m{number}" for number in range(19_999)]
    row = ",".join("1" for _ in range(20_000))
    run = OneRun(tmp_path, {"run/metrics.csv": ",".join(["step", *names]) + f"\n{row}\n"})
    assert len(run.metrics) == 19_999
    assert not run.problems
