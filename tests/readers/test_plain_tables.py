"""Metrics in tables, the way people write them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.readers.plain_files import OneRun

LOSS = [(0, 1.5), (1, 1.25), (2, 1.0)]


@pytest.mark.parametrize(
    "text",
    [
        "step,loss\n0,1.5\n1,1.25\n2,1.0\n",
        "step,loss\r\n0,1.5\r\n1,1.25\r\n2,1.0\r\n",
        "step,loss\n0,1.5\n1,1.25\n2,1.0",
        "step;loss\n0;1,5\n1;1,25\n2;1,0\n",
        "step\tloss\n0\t1.5\n1\t1.25\n2\t1e0\n",
        "step | loss\n0 | 1.5\n1 | 1.25\n2 | 1.0\n",
        "step loss\n0 1.5\n1  1.25\n2 1.0\n",
        '"step","loss"\n"0","1.5"\n"1","1.25"\n"2","1.0"\n',
        "# run of Monday\n# lr 0.1, seed 2\nstep,loss\n0,1.5\n1,1.25\n2,1.0\n",
        "# step,loss\n0,1.5\n1,1.25\n2,1.0\n",
        "\ufeffstep,loss\n0,1.5\n1,1.25\n2,1.0\n",
        "step,loss\n0,1.5\n1,1.25\nstep,loss\n2,1.0\n",
        "\n\nstep,loss\n0,1.5\n\n1,1.25\n2,1.0\n\n",
        "Step, Loss \n".lower() + "0, 1.5\n1, 1.25 \n 2, 1.0\n",
        "step,loss,\n0,1.5,\n1,1.25,\n2,1.0,\n",
        "step,loss\n0,tensor(1.5)\n1,\"tensor(1.25, device='cuda:0')\"\n2,np.float64(1.0)\n",
        "epoch,step,loss\n7,0,1.5\n7,1,1.25\n7,2,1.0\n",
        ",loss\n0,1.5\n1,1.25\n2,1.0\n",
        "loss\n1.5\n1.25\n1.0\n",
        "metric,step,value\nloss,0,1.5\nloss,1,1.25\nloss,2,1.0\n",
        "step,tag,value\n0,loss,1.5\n1,loss,1.25\n2,loss,1.0\n",
        "global_step,epoch,loss\n0,0,1.5\n1,0,1.25\n2,0,1.0\n",
        "sep=;\nstep;loss\n0;1.5\n1;1.25\n2;1.0\n",
    ],
)
def test_ways_to_write_a_table(tmp_path, text):
    run = OneRun(tmp_path, {"a/metrics.csv": text, "a/config.yaml": "lr: 0.1\n"})
    assert run.metrics == {"loss": LOSS}
    assert run.problems == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_encodings(tmp_path, encoding):
    text = "step,loss\n" + "".join(f"{step},{value}\n" for step, value in LOSS)
    run = OneRun(tmp_path, {"a/metrics.csv": text.encode(encoding)})
    assert run.metrics == {"loss": LOSS}


def test_a_header_in_another_encoding_is_read_and_told(tmp_path):
    run = OneRun(
        tmp_path, {"a/log.csv": "epoch;précision\n0;0,5\n1;0,6\n".encode("cp1252"), "a/config.yaml": "a: 1"}
    )
    assert run.metrics == {"précision": [(0, 0.5), (1, 0.6)]}
    assert len(run.problems) == 1
    assert "not UTF-8" in run.problems[0]


def test_blank_cells_are_no_points_but_nan_is_one(tmp_path):
    run = OneRun(
        tmp_path, {"a/metrics.csv": "step,loss,acc\n0,nan,\n1,inf,None\n2,-Infinity,0.5\n3,NaN,n/a\n"}
    )
    assert [step for step, _ in run.metrics["loss"]] == [0, 1, 2, 3]
    values = [value for _, value in run.metrics["loss"]]
    assert math.isnan(values[0])
    assert values[1:3] == [math.inf, -math.inf]
    assert run.metrics["acc"] == [(2, 0.5)]


def test_flags_lists_and_notes_are_no_metrics(tmp_path):
    text = 'step,loss,best,shape,note\n0,1.5,True,"[1, 2]",first\n1,1.25,False,"[3, 4]","a, b"\n'
    run = OneRun(tmp_path, {"a/metrics.csv": text})
    assert set(run.metrics) == {"loss"}
    assert run.problems == []


def test_quoted_cells_may_span_lines(tmp_path):
    text = 'step,note,loss\n0,"first\nsecond, third",1.5\n1,plain,1.25\n2,x,1.0\n'
    assert OneRun(tmp_path, {"a/metrics.csv": text}).metrics == {"loss": LOSS}


def test_times_are_wall_time_and_no_metric(tmp_path):
    text = "step,time,loss\n0,1795403425.5,1\n1,1795403426500,2\n2,2026-11-23T03:10:25Z,3\n3,12.5,4\n"
    run = OneRun(tmp_path, {"a/metrics.csv": text})
    assert set(run.metrics) == {"loss"}
    assert run.walls["loss"] == [1795403425500000, 1795403426500000, 1795403425000000, None]


def test_phases_part_the_metrics(tmp_path):
    text = "epoch,phase,loss\n0,train,1\n0,validation,2\n1,train,0.5\n1,validation,1\n"
    run = OneRun(tmp_path, {"a/metrics.csv": text})
    assert run.metrics == {"train/loss": [(0, 1), (1, 0.5)], "val/loss": [(0, 2), (1, 1)]}


def test_a_resume_with_more_columns(tmp_path):
    text = "step,loss\n0,1\n1,0.5\nstep,loss,acc\n1,0.5,0.1\n2,0.25,0.2\n"
    run = OneRun(tmp_path, {"a/metrics.csv": text})
    assert run.metrics == {"loss": [(0, 1), (1, 0.5), (1, 0.5), (2, 0.25)], "acc": [(1, 0.1), (2, 0.2)]}
    assert run.problems == []


def test_steps_by_batch_count_rows(tmp_path):
    run = OneRun(tmp_path, {"a/metrics.csv": "epoch,batch,loss\n0,0,3\n0,1,2\n1,0,1\n1,1,0\n"})
    assert run.metrics == {"loss": [(0, 3), (1, 2), (2, 1), (3, 0)]}


def test_a_blank_step_is_the_one_before(tmp_path):
    run = OneRun(tmp_path, {"a/metrics.csv": "step,loss,acc\n0,3,\n1,2,\n,,0.5\n2,1,\n"})
    assert run.metrics == {"loss": [(0, 3), (1, 2), (2, 1)], "acc": [(1, 0.5)]}


def test_several_files_of_one_run_keep_their_metrics_apart(tmp_path):
    run = OneRun(
        tmp_path, {"a/train.csv": "step,loss\n0,1\n1,2\n", "a/val.csv": "step,loss,val_acc\n0,3,1\n1,4,0\n"}
    )
    assert run.metrics == {
        "train/loss": [(0, 1), (1, 2)],
        "val/loss": [(0, 3), (1, 4)],
        "val_acc": [(0, 1), (1, 0)],
    }


def test_the_same_rows_in_two_formats_count_once(tmp_path):
    rows = '{"step":0,"loss":1.5}\n{"step":1,"loss":1.25}\n'
    run = OneRun(tmp_path, {"a/progress.csv": "step,loss\n0,1.5\n1,1.25\n", "a/progress.json": rows})
    assert run.metrics == {"loss": [(0, 1.5), (1, 1.25)]}


def test_columns_with_slashes_may_count_the_steps(tmp_path):
    text = "rollout/ep_rew_mean,time/total_timesteps,train/loss\n1,100,\n2,200,0.5\n"
    run = OneRun(tmp_path, {"a/progress.csv": text})
    assert run.metrics["rollout/ep_rew_mean"] == [(100, 1), (200, 2)]
    assert run.metrics["train/loss"] == [(200, 0.5)]


@given(
    rows=st.lists(
        st.tuples(
            st.integers(-1000, 10**9), st.none() | st.floats(width=32), st.none() | st.floats(width=64)
        ),
        min_size=1,
        max_size=40,
    ),
    delimiter=st.sampled_from(",;\t"),
)
def test_any_numbers_come_back(tmp_path_factory, rows, delimiter):
    def cell(value):
        return "" if value is None else repr(value)

    text = delimiter.join(("step", "loss", "acc")) + "\n"
    text += "".join(delimiter.join((str(step), cell(loss), cell(acc))) + "\n" for step, loss, acc in rows)
    root = tmp_path_factory.mktemp("numbers")
    from mlops_console.readers.contract import Budget
    from mlops_console.readers.plain import READER
    from mlops_console.records import Source

    (root / "metrics.csv").write_text(text)
    chunk = READER.read(str(root), Source("plain", ".", ("metrics.csv",)), None, Budget())
    points = {name: (step, value) for name, step, value in _by_series(chunk.points)}
    for name, column in (("loss", 1), ("acc", 2)):
        wanted = [(row[0], row[column]) for row in rows if row[column] is not None]
        steps, values = points.get(name, ([], []))
        assert list(steps) == [step for step, _ in wanted]
        assert repr([float(v) for v in values]) == repr([float(value) for _, value in wanted])
    assert not chunk.problems


def _by_series(points):
    start = 0
    for (_, name), count in zip(points.series, points.counts.tolist(), strict=True):
        yield name, points.step[start : start + count].tolist(), points.value[start : start + count].tolist()
        start += count
