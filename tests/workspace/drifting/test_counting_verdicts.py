"""Of several verdicts on a window those count that were held to what the monitor is held to now."""

from tests.workspace.deciding.deciding_desk import registered
from tests.workspace.drifting.test_workspace_proposing import (
    WISH,
    arrive,
    check,
    proposed,
    stand,
    windows_of,
)

from mlops_console.workspace.deciding.deciding import rollback
from mlops_console.workspace.drifting.states.listing import state
from mlops_console.workspace.models import resolve_model


def newest_of(workspace):
    return state(workspace, workspace.projects[0].key, "live").standing.newest


def test_a_version_that_an_alias_came_back_to_is_told_by_its_own_verdicts(tmp_path):
    with registered(tmp_path, 'require = "val/auc >= 0.1"\n' + WISH) as workspace:
        root = tmp_path / "churn"
        stand(workspace, root, 1, 100)
        arrive(workspace, root, "201", wrong=0.7)
        first = newest_of(workspace).judged
        stand(workspace, root, 2, 101)
        # Nothing was held to it yet: what was said last counts.
        assert newest_of(workspace).judged.key == first.key
        check(workspace)
        second = newest_of(workspace).judged
        assert second.reference.sha256 != first.reference.sha256
        rollback(workspace, resolve_model(workspace, "churn"), "champion", "the first was better")
        # Though it was judged before, and nothing was judged since.
        assert newest_of(workspace).judged.key == first.key
        told = {one.judged.key: one.superseded for one in windows_of(workspace)}
        assert told == {first.key: False, second.key: True}
        assert proposed(workspace).version == "churn@1"
