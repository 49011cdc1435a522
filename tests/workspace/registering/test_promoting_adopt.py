"""MLflow's registered models beside ours, and as ours. MLflow itself wrote the projects."""

import shutil

import pytest
from tests.workspace.registering.registering_desk import events, scanned

from mlops_console.readers.modelfiles import digest
from mlops_console.workspace.registering.adopting import ForeignVersion, adopt, found
from mlops_console.workspace.registering.registering import register

CASES = {
    "mlflow/filestore-nested-v2": ("churn-classifier", ("champion",)),
    "mlflow/filestore-models-v3": ("fraud-scorer", ("champion", "prod")),
    "mlflow/sqlite-default-v3": ("house-price-mlp", ("staging",)),
}


@pytest.mark.parametrize("case", CASES)
def test_what_mlflow_has_registered_is_seen_and_becomes_ours(corpus, case):
    model, aliases = CASES[case]
    project = corpus(case)
    with scanned(project) as workspace:
        (here,) = workspace.projects
        (foreign,) = found(workspace, here)
        assert (foreign.model, foreign.version, foreign.aliases, foreign.adopted) == (model, 1, aliases, None)
        (done,) = adopt(workspace, here, [foreign])
        version = done.version
        assert (version.label, version.origin, done.aliases) == (f"{model}@1", "mlflow", aliases)
        assert version.sha256 == digest(str(project), foreign.path)
        assert version.run["id"] == foreign.run
        body = version.registered.body
        assert body["mlflow"]["version"] == 1
        ours = workspace.decisions.registry(here.key).models[model]
        assert {name: state.version.number for name, state in ours.aliases.items()} == dict.fromkeys(
            aliases, 1
        )
        assert {event.body["way"] for event in events(workspace, "alias")} == {"adopt"}
        # Once more changes nothing.
        (seen,) = found(workspace, here)
        assert seen.adopted.id == version.id
        (again,) = adopt(workspace, here, [seen])
        assert (again.version.id, again.new, again.aliases) == (version.id, False, ())
        assert len(events(workspace)) == 1 + len(aliases)


def test_an_alias_that_stands_is_not_moved_by_adopting(corpus):
    project = corpus("mlflow/filestore-nested-v2")
    with scanned(project) as workspace:
        (here,) = workspace.projects
        (foreign,) = found(workspace, here)
        mine = register(workspace, foreign.model, run=foreign.run)
        moved = {
            "model": mine.model,
            "alias": "champion",
            "version_id": mine.id,
            "version": 1,
            "way": "promote",
        }
        workspace.decisions.append(here.key, "alias", moved)
        (done,) = adopt(workspace, here, [foreign])
        assert (done.version.number, done.aliases) == (2, ())
        assert "champion stands on churn-classifier@1: promote it" in done.because


def test_only_the_aliases_that_were_asked_for(corpus):
    with scanned(corpus("mlflow/filestore-models-v3")) as workspace:
        (here,) = workspace.projects
        (done,) = adopt(workspace, here, found(workspace, here), aliases=["prod"], reason="we move over")
        assert done.aliases == ("prod",)
        assert {event.body["reason"] for event in events(workspace)} == {"we move over"}


def test_a_version_whose_files_are_elsewhere_is_told_not_adopted(corpus):
    project = corpus("mlflow/filestore-nested-v2")
    with scanned(project) as workspace:
        (foreign,) = found(workspace, workspace.projects[0])
    shutil.rmtree(project / foreign.path)
    with scanned(project, "another.duckdb") as workspace:
        (here,) = workspace.projects
        (foreign,) = found(workspace, here)
        (done,) = adopt(workspace, here, [foreign])
        assert (foreign.path, done.version) == (None, None)
        assert "not in the project" in done.because
        assert events(workspace) == []


def test_stages_of_older_mlflow_become_aliases_in_lower_case():
    def staged(stage, *aliases):
        return ForeignVersion("m", 1, aliases, stage, "r", "r", None, "")

    assert staged("Production", "best").takes == ("best", "production")
    assert staged("Archived").takes == staged(None).takes == ()
    assert staged("Staging", "staging").takes == ("staging",)
    assert staged("Production", "best").label == "m v1 (best, Production)"


def test_of_several_versions_in_one_stage_the_newest_takes_the_alias(corpus):
    project = corpus("mlflow/filestore-nested-v2")
    (models,) = project.glob("mlruns/models")
    (first,) = models.glob("*/version-1")
    first.with_name("version-2").mkdir()
    for number in (1, 2):
        text = (first / "meta.yaml").read_text().replace("current_stage: None", "current_stage: Production")
        meta = first.with_name(f"version-{number}") / "meta.yaml"
        meta.write_text(text.replace("version: 1", f"version: {number}") if number == 2 else text)
    text = (first / "meta.yaml").read_text().replace("current_stage: None", "current_stage: Production")
    (first / "meta.yaml").write_text(text)
    with scanned(project) as workspace:
        (here,) = workspace.projects
        done = adopt(workspace, here, found(workspace, here))
        taken = {one.foreign.version: one.aliases for one in done}
        assert [one.version.number for one in done] == [2, 1]
        assert taken[1] == ("champion",)
        assert taken[2] == ("production",)
