"""Stored windows read by other thresholds."""

from mlops_console.drift.domain import asking
from mlops_console.drift.judging import classified
from mlops_console.drift.model import Domain, Rules, Side
from mlops_console.ours import DRIFT
from mlops_console.records import Project
from mlops_console.settings import places
from mlops_console.workspace.drifting import judged, replaying
from mlops_console.workspace.drifting.judged import JudgedFolder, JudgedWindow, Key
from mlops_console.workspace.drifting.standing import Thresholds, told

LITTLE = "A classifier tells the rows apart a little, less than counts (AUC .60): AUC .57."


def window(domain):
    side = Side(5_000, 3, "x")
    return JudgedWindow(
        Key("w", "0" * 16, "0" * 12), "w", None, None, side, side, (), {}, "me", "here", 1, domain=domain
    )


def by(classifier):
    return Thresholds(Rules(), classifier, (1, 1))


def test_a_lower_limit_of_the_classifier_does_not_cite_the_usual_one():
    found = told(window(Domain(0.57, 1e-9, 2_000, False, because=LITTLE)), by(0.55))
    assert found.verdict == "DRIFT"
    assert found.domain.drifted
    assert "less than counts" not in found.because
    assert "together they do (AUC .57)" in found.because


def test_limits_of_the_classifier_are_those_it_was_measured_by():
    assert (classified.P, replaying.CLASSIFIER) == (asking.P, asking.AUC)


def folder_with(tmp_path, content):
    root = tmp_path / "project"
    inside = root / DRIFT / "m"
    inside.mkdir(parents=True)
    key = Key("w", "0" * 16, "0" * 12)
    file = inside / key.file
    file.write_bytes(content)
    where = places(str(tmp_path / "state" / "store.duckdb"))
    return JudgedFolder(Project("key", "project", str(root), 0, 0), "m", where), key, file


def test_what_a_newer_edition_wrote_is_told_and_stays(tmp_path):
    folder, key, file = folder_with(tmp_path, b'{"form": 99}')
    assert folder.read(key) is None
    assert "newer" in folder.problems[0]
    assert not folder.damaged
    assert file.exists()


def test_what_is_too_large_is_not_kept_only_to_be_thrown_away(tmp_path, monkeypatch):
    folder, _, _ = folder_with(tmp_path, b"{}")
    monkeypatch.setattr(judged, "MOST_BYTES", 1_000)
    assert not folder.keep("other.json", {"form": 1, "by": "x" * 2_000})
    assert "can't be kept" in folder.problems[0]
    assert not folder.has("other.json")
