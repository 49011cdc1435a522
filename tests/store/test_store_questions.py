"""Questions from other threads while the writer writes; interrupted, closed, reopened."""

import threading

import numpy as np
import pytest
from store_making import asked, curve, reading

from mlops_console.errors import StoreError


def test_questions_are_answered_while_the_writer_writes(store):
    store.apply([reading("runs/a", metrics={"loss": curve([0])})])
    done = threading.Event()
    wrong: list[object] = []

    def look():
        connection = store.connect()
        last = 0
        try:
            while not done.is_set():
                [(count, last_value)] = connection.rows("SELECT count, last_value FROM series")
                packed = connection.rows("SELECT sum(count) FROM packed")[0][0] or 0
                if count != last_value + 1 or count < last or packed > 40:
                    wrong.append((count, last_value, packed))
                last = count
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for step in range(1, 40):
        store.apply([reading("runs/a", metrics={"loss": curve([step], step)})])
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert asked(store, "SELECT count FROM series") == [(40,)]


def test_a_running_question_can_be_interrupted(store):
    connection = store.connect()
    outcome: list[object] = []

    def ask():
        try:
            outcome.append(
                connection.rows("SELECT sum(sqrt(a.range + b.range)) FROM range(1000000) a, range(100000) b")
            )
        except StoreError as error:
            outcome.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    while thread.is_alive():
        connection.interrupt()
        thread.join(0.01)
    assert outcome == ["the question was interrupted"]
    assert connection.rows("SELECT 1") == [(1,)]
    connection.close()


def test_closing_the_store_ends_running_questions(store):
    connection = store.connect()
    outcome: list[object] = []
    running = threading.Event()

    def ask():
        running.set()
        try:
            connection.rows("SELECT sum(sqrt(a.range + b.range)) FROM range(1000000) a, range(100000) b")
        except StoreError as error:
            outcome.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    running.wait()
    store.close()
    thread.join()
    assert len(outcome) == 1
    with pytest.raises(StoreError):
        connection.rows("SELECT 1")
    with pytest.raises(StoreError):
        store.connect()
    connection.close()


def test_columns_have_no_masks(store):
    connection = store.connect()
    got = connection.columns(
        "SELECT * FROM (VALUES (1, 2.5::DOUBLE, 'a', true), (NULL, NULL, NULL, NULL)) t(i, f, s, b)"
    )
    assert not any(isinstance(column, np.ma.MaskedArray) for column in got.values())
    assert got["i"].tolist() == [1, np.iinfo(got["i"].dtype).min]
    assert repr(got["f"].tolist()) == "[2.5, nan]"
    assert got["s"].tolist() == ["a", None]
    connection.close()


def test_a_wrong_question_is_a_sentence(store):
    connection = store.connect()
    with pytest.raises(StoreError, match="could not answer"):
        connection.rows("SELECT * FROM nowhere")
    with pytest.raises(StoreError):
        connection.rows("SELECT * FROM read_csv('/etc/passwd')")
    assert connection.rows("SELECT ?", [3]) == [(3,)]
    connection.close()
