"""A model in a process of its own: what it answers, and what hostile ones can't do."""

import hashlib
import os
import pickle
import select
import sys
import time

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LinearRegression

from mlops_console.analysis.diagnosing import weighed
from mlops_console.drift.diagnosis.asking import ask
from mlops_console.drift.diagnosis.model import ModelError, Order
from mlops_console.drift.diagnosis.rows import Drawn

LONG = 120.0


class Runs:
    """What is called as it is unpickled."""

    def __init__(self, call, *given):
        self._said = call, given

    def __reduce__(self):
        return self._said


def rows():
    rng = np.random.default_rng(0)
    made = pl.DataFrame({"a": rng.normal(size=200), "b": rng.normal(size=200)})
    return made.with_columns(y=3 * pl.col("a"))


def order_of(data, form="pickle", sha256=""):
    return Order(form, len(data), sha256 or hashlib.sha256(data).hexdigest(), "y", ("a", "b"))


def asked(tmp_path, model, *, seconds=LONG, order=None, progress=None):
    data = pickle.dumps(model)
    path = tmp_path / "model.pkl"
    path.write_bytes(data)
    with path.open("rb") as file:
        return weighed(order or order_of(data), file.fileno(), Drawn(rows()), progress, seconds=seconds)


def refused(tmp_path, model, **more):
    with pytest.raises(ModelError) as told:
        asked(tmp_path, model, **more)
    return str(told.value)


def good():
    made = rows()
    return LinearRegression().fit(made.select("a", "b").to_numpy(), made["y"].to_numpy())


def test_it_answers_what_the_same_model_answers_here(tmp_path):
    model, heard = good(), []
    found = asked(tmp_path, model, progress=heard.append)
    data = pickle.dumps(model)
    assert found == ask(order_of(data), data, rows())
    assert heard[-1] == 1.0
    assert heard == sorted(heard)


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (Runs(bytearray, 1 << 45), "more memory than is allowed"),
        (Runs(os._exit, 3), "ended with 3"),
        (Runs(os.abort), "SIGABRT"),
        (Runs(sys.exit, 0), "ended its process"),
        (Runs(print, "x" * 100_000), "predicts nothing"),
        (Runs(exec, "raise KeyboardInterrupt('now')"), "KeyboardInterrupt: now"),
    ],
)
def test_what_a_hostile_one_does_is_a_sentence(tmp_path, model, why):
    assert why in refused(tmp_path, model)


def test_one_that_hangs_is_ended(tmp_path):
    assert "longer than 2 s" in refused(tmp_path, Runs(time.sleep, 10_000), seconds=2)


def test_it_sees_nothing_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    look = "import os; raise ValueError(os.environ.get('SECRET_TOKEN', 'none'), os.getcwd())"
    assert "('none', '/')" in refused(tmp_path, Runs(exec, look))


def test_an_answer_in_its_place_is_checked(tmp_path):
    say = 'try: os.write(at, b\'{"done": {"form": 1}}\\n\')'
    forged = f"import os\nfor at in range(3, 64):\n {say}\n except OSError: pass"
    assert "no sensible answer" in refused(tmp_path, Runs(exec, forged))


def test_what_it_starts_ends_with_it(tmp_path):
    fifo = tmp_path / "alive"
    os.mkfifo(fifo)
    reading = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        refused(tmp_path, Runs(os.system, f"exec 3>{fifo}; echo begun >&3; sleep 3000 & exit 0"))
        assert select.select([reading], [], [], 60)[0]
        assert os.read(reading, 100) == b"begun\n"
        assert select.select([reading], [], [], 60)[0], "something still holds the other end"
        assert os.read(reading, 100) == b""
    finally:
        os.close(reading)


def test_other_bytes_than_those_that_were_trusted_are_not_loaded(tmp_path):
    other = order_of(pickle.dumps(good()))
    assert "changed since it was looked at" in refused(tmp_path, Runs(os._exit, 9), order=other)


@pytest.mark.parametrize(("form", "package"), [("skops", "skops"), ("onnx", "onnxruntime")])
def test_optional_packages_are_named_where_they_are_missing(tmp_path, form, package):
    from importlib.util import find_spec

    data = pickle.dumps(good())
    said = refused(tmp_path, good(), order=order_of(data, form))
    assert (f"pip install {package}" in said) == (find_spec(package) is None)


def test_nobody_who_waits_ends_it(tmp_path):
    def give_up(_part):
        raise TimeoutError

    with pytest.raises(TimeoutError):
        asked(tmp_path, Runs(time.sleep, 10_000), progress=give_up)
