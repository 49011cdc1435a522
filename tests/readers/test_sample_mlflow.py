"""The sample project tracked with MLflow holds what its README says."""

from pathlib import Path

from tests.conformance.reading import claimed, read_on

from mlops_console.readers.mlflow import READER
from mlops_console.records import Status

SAMPLE = Path(__file__).parents[2] / "sample_projects" / "diabetes-progression"


def test_a_search_with_children_a_failed_a_deleted_run_and_a_model_with_two_versions():
    stories = [read_on(READER, SAMPLE, source) for source in claimed(READER, SAMPLE)]
    runs = {facts["name"]: facts for story in stories for facts in story.facts.values()}
    assert len(runs) == 11
    assert not any(story.problems for story in stories)
    children = [facts for facts in runs.values() if facts.get("parent") == runs["gbm-search"]["key"]]
    assert len(children) == 6
    assert [name for name, facts in runs.items() if facts["status"] is Status.FAILED] == ["sgd-10"]
    assert [name for name, facts in runs.items() if facts.get("deleted")] == ["ridge-wrong-target"]
    assert all(child["datasets"] for child in children)
    aliases = {
        alias
        for facts in runs.values()
        for model in facts.get("models") or ()
        for version in model.details.get("registered", ())
        for alias in version["aliases"]
    }
    assert aliases == {"champion", "challenger"}


def test_it_tells_nothing_of_the_machine_that_made_it():
    files = [file for file in (SAMPLE / "mlruns").rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 200_000
    for file in files:
        data = file.read_bytes()
        assert b"/tmp/" not in data
        assert b"file://" not in data.replace(b"file:///home/ana/", b"")
