"""What models, KPIs, deployments and the project's file ask of people."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.workspace.decisions_making import moved, registered
from tests.workspace.desk_making import HOUR

from mlops_console.drift.model import Interval
from mlops_console.settings import PROJECT_FILE
from mlops_console.workspace import open_workspace
from mlops_console.workspace.attention import kpis as kpi_source
from mlops_console.workspace.attention.asked import Asked
from mlops_console.workspace.attention.listing import attention
from mlops_console.workspace.kpis.model import ByWindow
from mlops_console.workspace.kpis.standing import kpis

DAY = 24 * HOUR
WHOLE = """\
[models.churn]
owner = "ana"
purpose = "who leaves"
limits = "not for pricing"
[monitors.loans]
model = "churn"
reference = "r.csv"
current = "logs"
"""
KPI = """
[models.churn.kpis.retention]
metric = "auc"
goal = "max"
floor = 0.9
review = "30d"
owner = "bo"
worth = 1000
currency = "EUR"
"""


def wish(workspace, text):
    Path(workspace.projects[0].root, PROJECT_FILE).write_text(text)


def items(workspace, *kinds, now=None):
    return [one for one in attention(workspace, now=now).items if not kinds or one.kind in kinds]


def told(workspace, *kinds):
    return [(one.kind, one.level, one.subject) for one in items(workspace, *kinds)]


def champion(workspace, auc=0.85, **more):
    event = registered(workspace, metrics={"auc": {"last": auc, "count": 1}}, **more)
    return event, moved(workspace, event)


def test_nothing_is_asked_of_a_project_without_models_and_monitors(empty):
    assert attention(empty) == attention(empty, now=1)
    assert attention(empty).items == ()
    registered(empty)
    assert items(empty) == []


def test_a_champion_wants_an_owner_a_monitor_and_a_card(empty):
    _, move = champion(empty)
    assert told(empty) == [("owner", "ask", "churn"), ("monitor", "ask", "churn"), ("card", "ask", "churn")]
    assert {one.since for one in items(empty)} == {move.at}
    assert {one.key for one in items(empty)} == {"owner:churn", "monitor:churn", "card:churn"}
    wish(empty, WHOLE)
    assert told(empty, "owner", "monitor", "card") == []


def test_a_monitor_that_names_no_model_may_watch_it(empty):
    wish(empty, WHOLE.replace('model = "churn"\nreference', "reference"))
    champion(empty)
    assert told(empty, "monitor") == []
    wish(empty, WHOLE.replace("reference", 'alias = "challenger"\nreference'))
    assert told(empty, "monitor") == [("monitor", "ask", "churn")]


def test_a_new_champion_keeps_the_matter(empty):
    """Since the model is in production, not since its newest version is."""
    first, move = champion(empty)
    moved(empty, registered(empty))
    assert {one.since for one in items(empty, "owner")} == {move.at}
    moved(empty, None, way="remove")
    assert items(empty) == []
    again = moved(empty, first)
    assert {one.since for one in items(empty, "owner")} == {again.at}


def test_two_who_move_an_alias_at_once_are_asked_to_settle_it(empty, tmp_path):
    one, two = registered(empty), registered(empty)
    root, branch = Path(empty.projects[0].root), tmp_path / "branch" / "demo"
    shutil.copytree(root, branch)
    moved(empty, one)
    with open_workspace([branch], str(tmp_path / "branch/s.duckdb")) as theirs:
        later = moved(theirs, two)
    [file] = branch.glob(f".mlops-console/journal/*/{later.id}*")
    shutil.copy2(file, root / file.relative_to(branch))
    empty.decisions.refresh()
    [item] = items(empty, "contested")
    state = empty.decisions.registry(empty.projects[0].key).models["churn"].aliases["champion"]
    assert (item.level, item.subject, item.since) == ("bad", "churn", state.since)
    assert "champion was moved by two people at once" in item.what
    assert "to v1" in item.what
    assert "to v2" in item.what
    assert item.effect == f"v{state.version.number} is loaded as churn@champion"
    moved(empty, two)
    assert items(empty, "contested") == []


def test_a_floor_that_is_not_kept_is_told_with_what_it_costs(empty):
    wish(empty, WHOLE + KPI)
    _, move = champion(empty, 0.85)
    [item] = items(empty, "floor")
    assert (item.level, item.subject, item.owner) == ("bad", "churn retention", "bo")
    assert item.what == ".85, worse than its floor of .9 (recorded with v1)"
    assert item.key == "floor:churn:retention:v1"
    assert "affects v1" in item.effect
    assert "EUR" in item.effect
    assert item.since == move.at
    moved(empty, registered(empty, metrics={"auc": {"last": 0.95, "count": 1}}))
    assert items(empty, "floor") == []


def test_reviews_that_are_overdue_are_one_for_a_model(empty):
    wish(empty, WHOLE + KPI + KPI.replace("retention", "reach"))
    _, move = champion(empty, 0.95)
    assert items(empty, "review", now=move.at + 29 * DAY) == []
    [item] = items(empty, "review", now=move.at + 31 * DAY)
    assert item.what.startswith("2 KPIs were to be reviewed by ")
    assert (item.level, item.since) == ("ask", move.at + 30 * DAY)
    assert item.place.command == "mlops-console kpis review churn"


def window(name, value, end, estimated=False):
    return ByWindow(name, end - HOUR, end, 1, Interval(value, value - 0.01, value + 0.01, 500), estimated)


@pytest.mark.parametrize(
    ("metrics", "there"), [(frozenset({"auc"}), False), (frozenset(), False), (frozenset({"logloss"}), True)]
)
def test_a_harmful_monitor_is_not_also_a_floor_of_its_metric(empty, metrics, there):
    wish(empty, WHOLE + KPI)
    _, move = champion(empty, 0.85)
    project = empty.projects[0]
    [state] = kpis(empty)
    windows = (
        window("w1", 0.95, move.at),
        window("w2", 0.8, move.at + HOUR),
        window("w3", 0.8, move.at + 2 * HOUR),
    )
    state = replace(state, value=0.8, monitor="loans", windows=windows, interval=(0.79, 0.81), worth=-100.0)
    asked = Asked(empty, (project,), move.at + DAY, {}, {})
    found = list(kpi_source.items(asked, [state], {(project.key, "loans"): metrics}))
    assert bool(found) is there
    said = kpi_source.floors_told([state], {(project.key, "loans"): metrics})
    cost = "retention worse than its floor of .9 (−100 EUR)"
    assert said == ({} if there else {(project.key, "loans"): cost})
    if there:
        assert (found[0].key, found[0].since) == ("floor:churn:retention:w2", move.at + HOUR)


def test_what_chance_may_be_is_no_more_than_a_warning(empty):
    wish(empty, WHOLE + KPI)
    _, move = champion(empty, 0.85)
    [state] = kpis(empty)
    state = replace(state, value=0.899, interval=(0.88, 0.92), windows=(window("w", 0.899, move.at),))
    asked = Asked(empty, tuple(empty.projects), move.at + DAY, {}, {})
    [item] = kpi_source.items(asked, [state], {})
    assert item.level == "warn"
    assert "may be chance" in item.what


def gates(table):
    return WHOLE + f"[models.churn.gates.champion]\n{table}\n"


def test_a_version_waits_for_approval_only_if_nothing_else_keeps_it(empty):
    wish(empty, gates('require = "auc >= 0.9"\napprovals = 1'))
    champion(empty)
    assert items(empty, "gate") == []
    registered(empty, metrics={"auc": {"last": 0.8, "count": 1}})
    assert items(empty, "gate") == []
    newest = registered(empty, metrics={"auc": {"last": 0.95, "count": 1}})
    [item] = items(empty, "gate")
    assert item.what.startswith("v3 waits for 1 more approval to be champion; registered by ")
    assert (item.key, item.level, item.since) == ("gate:churn:v3:approval", "ask", newest.at)
    assert item.effect == "would replace v1"
    assert items(empty, "gate", now=newest.at + 40 * DAY) == []
    moved(empty, newest)
    assert items(empty, "gate") == []


def test_a_version_that_its_gates_let_through_waits_for_a_promotion(empty):
    wish(empty, gates('require = "auc >= 0.9"'))
    champion(empty)
    newest = registered(empty, metrics={"auc": {"last": 0.95, "count": 1}})
    [item] = items(empty, "gate")
    assert item.what == "v2 could be champion: its gate passes"
    assert "promote churn@2 champion" in item.place.command
    moved(empty, newest)
    moved(empty, registered(empty), way="promote")
    assert items(empty, "gate") == []


def test_nobody_waits_where_no_gates_are_wished(empty):
    champion(empty)
    registered(empty, metrics={"auc": {"last": 0.99, "count": 1}})
    assert items(empty, "gate") == []


def test_gates_that_cost_are_not_asked(empty):
    wish(empty, gates('require = "auc >= 0.9"\nsignificant = true'))
    champion(empty)
    registered(empty, metrics={"auc": {"last": 0.95, "count": 1}})
    assert items(empty, "gate") == []


MISTAKES = """\
[models.churn]
owner = 3

[monitors.loans]
reference = "r.csv"
current = "logs"
window = "yearly"
"""


def test_mistakes_of_a_file_are_one_matter_with_a_line(empty):
    wish(empty, MISTAKES)
    [item] = items(empty, "wishes")
    assert item.what.startswith("line 7: monitors.loans.window")
    assert "(and 1 more mistake)" in item.what
    assert (item.subject, item.place.view, item.place.detail) == (PROJECT_FILE, "file", "7")
    wish(empty, "# new\n" + MISTAKES)
    [same] = items(empty, "wishes")
    assert (same.key, same.place.detail) == (item.key, "8")
    wish(empty, MISTAKES.replace("yearly", "file"))
    [other] = items(empty, "wishes")
    assert other.key != item.key
    assert other.what.startswith("line 2: models.churn.owner")


def test_a_file_that_is_no_toml_is_the_only_matter_of_what_it_would_say(empty):
    champion(empty)
    wish(empty, "[models.churn\n")
    assert told(empty) == [("wishes", "warn", PROJECT_FILE)]
    assert "no gate lets a version through" in items(empty)[0].effect


def test_a_monitor_that_cannot_judge_for_a_mistake_is_told_by_it(empty):
    wish(empty, '[monitors.loans]\nreference = "r.csv"\ncurrent = "logs"\nwindow = "yearly"\n')
    found = items(empty)
    assert [one.kind for one in found] == ["wishes"]
    assert "not judged: loans" in found[0].effect


def test_each_problem_is_a_sentence_and_the_rest_is_there(empty, monkeypatch):
    from mlops_console.errors import StoreError
    from mlops_console.workspace.attention import runs

    champion(empty)

    def broken(asked, problems):
        raise StoreError("the store is damaged")

    monkeypatch.setattr(runs, "items", broken)
    found = attention(empty)
    assert found.problems == ("the store is damaged.",)
    assert len(found.items) == 3
    json.dumps([one.key for one in found.items])
