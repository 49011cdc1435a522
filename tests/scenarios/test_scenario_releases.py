"""kill -9 at any step of a copy, a swap, a return, a pointer: what is current is always a whole version.

The benchmark `benchmarks/promote.py --kills` does the same at every step.
"""

import os

import pytest
from tests.promotion.killing import HEALTH, Readers, Stage, left_over, whole_sha256

from mlops_console.serving import model_path

WHEN = ("before", "half", "after")


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    stage = Stage(tmp_path_factory.mktemp("killed"))
    for name in ("a", "b"):
        assert stage.ask("register", path=stage.model(name, name)) is not None
    yield stage
    stage.close()


def points(calls, count):
    """Steps spread over a deed from its first to its last, and where in the step."""
    steps = sorted({1 + round(place * (calls - 1) / (count - 1)) for place in range(count)})
    return [(step, WHEN[place % 3]) for place, step in enumerate(steps)]


def current(stage):
    """The version that is current, as anybody can verify it; None where none is."""
    try:
        led = os.readlink(stage.target / "current")
    except FileNotFoundError:
        return None
    sha256 = whole_sha256(stage.target / led)
    assert led == f"releases/{sha256}"
    return sha256


def recovered(stage):
    """What the next process finds and tidies."""
    said = stage.ask("settle")
    assert said["problems"] == []
    assert said["open"] == []
    assert said["journal"] == []
    return said


def test_a_deployment_killed_anywhere_leaves_one_whole_version_current(stage):
    versions = recovered(stage)["versions"]
    for version in ("churn@1", "churn@2"):
        stage.ask("deploy", version=version, target=str(stage.target))
    calls = stage.ask("deploy", version="churn@1", target=str(stage.target))["calls"]
    fresh = stage.ask("register", path=stage.model("c", "c"))["version"]
    with Readers(stage.target) as readers:
        for at, when in points(calls + 25, 9):
            was, versions = current(stage), recovered(stage)["versions"]
            new = str(fresh) if when == "half" else "1" if was == versions["2"] else "2"
            done = stage.ask("deploy", version=f"churn@{new}", target=str(stage.target), at=at, when=when)
            assert current(stage) in (was, versions[new])
            assert done is None or done["now"] == current(stage)
    recovered(stage)
    assert not left_over(stage.target)
    assert readers.torn == []
    assert readers.reads > 0


def test_a_return_killed_anywhere_leaves_one_whole_version_current(stage):
    (stage.project / "mlops-console.toml").write_text(HEALTH.format(stage.target, "true"))
    calls = stage.ask("deploy", version="churn@1", target=str(stage.target))["calls"]
    (stage.project / "mlops-console.toml").write_text(HEALTH.format(stage.target, "false"))
    versions = recovered(stage)["versions"]
    with Readers(stage.target) as readers:
        for at, when in points(calls + 12, 5):
            stage.ask("deploy", version="churn@2", target="production", at=at, when=when)
            assert current(stage) in versions.values()
    recovered(stage)
    assert readers.torn == []
    (stage.project / "mlops-console.toml").unlink()


def test_a_registration_killed_anywhere_registers_all_or_nothing_and_leaves_no_parts(stage):
    path = stage.model("d", "d", size=2 << 20)
    for at, when in points(45, 5):
        before = recovered(stage)["versions"]
        stage.ask("register", path=path, at=at, when=when)
        versions = recovered(stage)["versions"]
        assert len(versions) - len(before) in (0, 1)
        for number, sha256 in versions.items():
            assert whole_sha256(model_path(f"churn@{number}", stage.project)) == sha256
        assert not left_over(stage.project / ".mlops-console/models")
        if len(versions) > len(before):
            break
    else:
        assert stage.ask("register", path=path) is not None


def test_an_alias_killed_anywhere_points_to_a_whole_version_and_is_in_line_again(stage):
    calls = [stage.ask("move", version=f"churn@{number}") for number in (1, 2)][-1]["calls"]
    versions = recovered(stage)["versions"]
    for place, (at, when) in enumerate(points(calls, 7)):
        stage.ask("move", version=f"churn@{place % 2 + 1}", at=at, when=when)
        loaded = whole_sha256(model_path("churn@champion", stage.project))
        assert loaded in (versions["1"], versions["2"])
        said = recovered(stage)
        assert whole_sha256(model_path("churn@champion", stage.project)) == said["champion"]
