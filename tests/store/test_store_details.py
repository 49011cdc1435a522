"""Everything that is known of a run: where its files lie, as seen from the run that they are shown under."""

import pytest
from store_making import PROJECT, asked

from mlops_console.records import Artifact, Chunk, Points, RunFacts, RunKey, Source
from mlops_console.store import Read, Store
from mlops_console.store.details import says_of

DATABASE = "tracking/mlflow.db"


def told(reader: str, key: RunKey, files: tuple[str, ...], artifact: str, **said: object) -> Read:
    facts = RunFacts(key, artifacts=(Artifact(artifact, 1, 2),), **said)
    chunk = Chunk((facts,), Points.empty(), (), b"cursor")
    return Read(PROJECT.key, Source(reader, key.path, files), b"mark", chunk)


def paths(store: Store) -> dict[str, list[str]]:
    """Reader -> the paths of its artifacts, of the only run."""
    ((number,),) = asked(store, "SELECT run_id FROM runs")
    connection = store.connect()
    try:
        says = says_of(connection, [number])[number]
    finally:
        connection.close()
    return {one.reader: [item["path"] for item in one.facts["artifacts"]] for one in says}


@pytest.mark.parametrize("in_a_file", [False, True])
def test_artifacts_of_a_run_in_a_database_lead_from_the_folder_of_the_run_they_are_shown_under(
    store, in_a_file
):
    ours = "logs/a.jsonl" if in_a_file else "runs/a"
    files = (ours,) if in_a_file else (f"{ours}/run.json",)
    store.apply(
        [
            told("recorded", RunKey(ours), files, "weights.bin", same_as=(("mlflow", "f00"),)),
            told("mlflow", RunKey(DATABASE, "f00"), (DATABASE,), "../mlruns/1/f00/x.png", native_id="f00"),
        ]
    )
    to_the_root = ".." if in_a_file else "../.."
    assert paths(store) == {"recorded": ["weights.bin"], "mlflow": [f"{to_the_root}/mlruns/1/f00/x.png"]}


def test_artifacts_shown_under_a_run_in_a_database_lead_from_the_folder_of_the_database(store):
    store.apply(
        [
            told("mlflow", RunKey(DATABASE, "f00"), (DATABASE,), "x.png", same_as=(("tensorboard", "a"),)),
            told("tensorboard", RunKey("runs/a"), ("runs/a/events",), "weights.bin", native_id="a"),
        ]
    )
    assert paths(store) == {"mlflow": ["x.png"], "tensorboard": ["../runs/a/weights.bin"]}
