"""What was decided, as sentences; whatever an event holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workspace.desk_making import workspace_at

from mlops_console.errors import UsageError
from mlops_console.journal.event import Event
from mlops_console.workspace.audit import Wanted, check, history, sentence, when

CHURN = {"model": "churn", "version_id": "01M84J6610QSNXAHC3TPK79YHF", "version": 14}
RUN = {"path": "runs/x", "native": "", "name": "sweep-7"}
SUBJECT = {"subject": {"run": RUN}}

SENTENCES = [
    ("register", {**CHURN, "origin": "run", "run": RUN, "reason": "best so far"},
     "registered churn v14 from run sweep-7: best so far"),
    ("register", {**CHURN, "origin": "path", "run": None, "artifact": "models/a.pkl"},
     "registered churn v14 from models/a.pkl"),
    ("register", {**CHURN, "origin": "external"}, "registered churn v14, external"),
    ("register", {**CHURN, "origin": "mlflow", "mlflow": {"model": "Churn", "version": "3"}},
     "registered churn v14 from MLflow's Churn version 3"),
    ("register", {**CHURN, "origin": "checkpoint", "run": RUN, "from": {"model": "base", "version": 2}},
     "registered churn v14 from run sweep-7, fine-tuned from base v2"),
    ("alias", {**CHURN, "alias": "champion", "way": "promote", "from_version": 12, "reason": "better"},
     "promoted churn v14 to champion (was v12): better"),
    ("alias", {**CHURN, "alias": "champion", "way": "promote", "overridden": ["slices", "size"],
                "reason": "now"},
     "promoted churn v14 to champion, overriding slices and size: now"),
    ("alias", {**CHURN, "alias": "champion", "way": "rollback", "from_version": 15, "reason": "alarms"},
     "rolled champion of churn back to v14 (was v15): alarms"),
    ("alias", {**CHURN, "version": None, "alias": "challenger", "way": "remove", "from_version": 14},
     "took challenger off churn v14"),
    ("alias", {**CHURN, "alias": "champion", "way": "adopt"}, "adopted churn v14 as champion"),
    ("alias", {**CHURN, "alias": "champion", "way": "beamed"}, "moved champion of churn to v14"),
    ("approve", {**CHURN, "alias": "champion", "reason": "read the card"},
     "approved churn v14 for champion: read the card"),
    ("allow", {**CHURN, "alias": "champion", "gates": ["slices"], "reason": "known"},
     "allowed churn v14 to become champion without slices: known"),
    ("note", {**SUBJECT, "text": "looks odd"}, "noted on run sweep-7: looks odd"),
    ("note", {"subject": CHURN, "text": "looks odd"}, "noted on churn v14: looks odd"),
    ("tag", {**SUBJECT, "name": "team", "value": "growth"}, "tagged run sweep-7 team=growth"),
    ("tag", {**SUBJECT, "name": "team", "value": ""}, "tagged run sweep-7 team"),
    ("tag", {**SUBJECT, "name": "team", "value": None}, "took the tag team off run sweep-7"),
    ("deploy", {**CHURN, "alias": "champion", "target": "prod"},
     "began to deploy churn v14 (champion) to prod"),
    ("deployed", {"deploy": "D", "outcome": "done", "target": "prod"}, "deployed churn v14 to prod"),
    ("deployed", {"deploy": "D", "outcome": "returned", "because": "health said no"},
     "took churn v14 back off prod, where the release before is current again: health said no"),
    ("deployed", {"deploy": "D", "outcome": "refused", "because": "smoke failed"},
     "did not deploy churn v14 to prod: smoke failed"),
    ("retract", {"event": "D", "reason": "typo"},
     "took back what ana did: “began to deploy churn v14 to prod”: typo"),
    ("retract", {"event": "R", "reason": "leaks"}, "withdrew churn v14: leaks"),
    ("retract", {"event": "E"}, "took back event E"),
    ("baseline", {**CHURN, "rows": 12345, "source": {"path": "data/a.parquet"}, "reason": "as trained"},
     "pinned a baseline to churn v14 from data/a.parquet, 12,345 rows: as trained"),
    ("baseline", {**CHURN, "source": None}, "pinned a baseline to churn v14"),
    ("acknowledge", {"monitor": "loans", "window": "2013-03", "verdict": "DRIFT", "model": "HARMFUL",
                     "features": ["amount", "income"], "reason": "the campaign"},
     "acknowledged DRIFT of loans in 2013-03 (amount and income; the model HARMFUL): the campaign"),
    ("acknowledge", {"monitor": "loans", "verdict": "DRIFT", "features": list("abcdefgh")},
     "acknowledged DRIFT of loans (a, b, c, d, e, f and 2 more)"),
    ("acknowledge", {}, "acknowledged an alarm of a monitor"),
    ("mute", {"monitor": "loans", "feature": "", "until": 1_796_083_200_000_000, "reason": "campaign"},
     "muted loans until 2026-12-01 00:00 UTC: campaign"),
    ("mute", {"monitor": "loans", "feature": "amount", "until": 10**40}, "muted amount of loans"),
    ("mute", {"monitor": "loans", "feature": "amount", "until": None, "reason": "over"},
     "unmuted amount of loans: over"),
    ("reference", {"monitor": "loans", "window": "2013-04", "sha256": "ab" * 32, "rows": 12345,
                   "reason": "prices rose"},
     "made 2013-04 the reference of loans, 12,345 rows: prices rose"),
    ("reference", {"monitor": "loans", "sha256": None, "reason": "it was the sensor"},
     "took back the reference of loans: what its file names holds again: it was the sensor"),
    ("snooze", {"item": "drift:loans:2013-03", "what": "loans: amount moved", "until": 1_796_083_200_000_000,
                "reason": "next week"},
     "snoozed “loans: amount moved” until 2026-12-01 00:00 UTC: next week"),
    ("snooze", {"item": "drift:loans:2013-03", "until": None}, "woke “drift:loans:2013-03”"),
    ("review", {"model": "churn", "kpi": "auc", "version": 14, "value": 0.91, "reason": "as agreed"},
     "reviewed auc of churn v14, which was .91: as agreed"),
    ("review", {"model": "churn", "kpi": "", "version": None, "value": None}, "reviewed the KPIs of churn"),
    ("importance", {**CHURN, "metric": "auc", "rows": 5000, "source": {"path": "logs/may.csv"}},
     "measured how much churn v14 needs each feature by auc on logs/may.csv, 5,000 rows"),
    ("retract", {"event": "M", "reason": "too early"}, "took back what ana did: “unmuted loans”: too early"),
    ("retrain", {**CHURN, "monitor": "loans", "window": "2013-10", "command": "make", "reason": "harmed"},
     "began to train churn anew after v14, for loans in 2013-10: harmed"),
    ("retrain", {"model": "churn", "version": None, "monitor": "", "window": ""},
     "began to train churn anew"),
    ("retrained", {"retrain": "T", "outcome": "done", "seconds": 12.5}, "trained churn anew in 12s"),
    ("retrained", {"model": "churn", "outcome": "failed", "because": "exit code 2", "seconds": 10**400},
     "did not train churn anew, it failed: exit code 2"),
    ("retrained", {"retrain": "T", "outcome": "late", "because": "after 1 d"},
     "did not train churn anew, its time was up: after 1 d"),
    ("retrained", {"retrain": "T", "outcome": "stopped", "because": "wrong rows"},
     "stopped training churn anew: wrong rows"),
    ("blessed", {}, "wrote down “blessed”, a kind of decision that this version does not know"),
]  # fmt: skip


def event(kind, body, identity="X", **fields):
    made = {"v": 1, "clock": 1, "parents": (), "at": 1, "by": "ana", "uid": 7, "host": "box", **fields}
    return Event(id=identity, kind=kind, body=body, **made)


EARLIER = {
    "D": event("deploy", {**CHURN, "target": "prod"}, "D"),
    "R": event("register", CHURN, "R"),
    "T": event("retrain", CHURN, "T"),
    "M": event("mute", {"monitor": "loans", "until": None}, "M"),
}


@pytest.mark.parametrize(
    ("kind", "body", "said"), SENTENCES, ids=[f"{one[0]}-{at}" for at, one in enumerate(SENTENCES)]
)
def test_every_kind_has_its_sentence(kind, body, said):
    assert sentence(event(kind, body), EARLIER) == said


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KINDS = sorted({kind for kind, _, _ in SENTENCES})
KEYS = sorted({key for _, body, _ in SENTENCES for key in body} | {"model", "version"})


@given(st.sampled_from(KINDS) | st.text(), st.dictionaries(st.sampled_from(KEYS), ANYTHING))
def test_there_is_a_sentence_whatever_an_event_holds(kind, body):
    said = sentence(event(kind, body), EARLIER)
    assert said
    assert len(said) < 6000


def test_an_event_that_takes_itself_back_is_no_riddle():
    itself = event("retract", {"event": "X"})
    assert sentence(itself, {"X": itself}) == "took back event X"


@pytest.fixture
def workspace(tmp_path):
    with workspace_at(tmp_path) as workspace:
        yield workspace


def decided(workspace):
    key = workspace.projects[0].key
    append = workspace.decisions.append
    registered = append(key, "register", {**CHURN, "origin": "external"})
    gates = [{"gate": "size", "verdict": "pass"}, {"gate": "slices", "verdict": "fail"}]
    moved = append(
        key,
        "alias",
        {
            **CHURN, "version_id": registered.id, "alias": "champion", "way": "promote", "gates": gates,
            "overridden": ["slices"],
        },
        {"saw": 1},
    )  # fmt: skip
    noted = append(key, "note", {**SUBJECT, "text": "hello"})
    append(key, "retract", {"event": noted.id, "reason": "typo"})
    return registered, moved, noted


def test_history_is_the_newest_first_with_gates_overrides_and_what_was_taken_back(workspace):
    registered, moved, noted = decided(workspace)
    entries = history(workspace).entries
    assert [entry.event.kind for entry in entries] == ["retract", "note", "alias", "register"]
    assert entries[2].gates == (1, 2)
    assert entries[2].overridden == ("slices",)
    assert entries[1].retracted == f"{noted.by}: typo"
    assert entries[1].model == ""
    assert entries[3].event == registered
    with_evidence = history(workspace, Wanted(kind="alias"), evidence=True).entries
    assert [entry.event.evidence for entry in with_evidence] == [{"saw": 1}]
    assert with_evidence[0].as_json()["gates"] == {"passed": 1, "of": 2}
    assert moved.id == with_evidence[0].event.id


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        (Wanted(model="churn"), ["alias", "register"]),
        (Wanted(model="fraud"), []),
        (Wanted(kind="note"), ["note"]),
        (Wanted(limit=1), ["retract"]),
        (Wanted(by="nobody at all"), []),
        (Wanted(since=2**62), []),
        (Wanted(until=1), []),
        (Wanted(project="demo", limit=2), ["retract", "note"]),
    ],
)
def test_only_what_is_wanted(workspace, wanted, kinds):
    decided(workspace)
    assert [entry.event.kind for entry in history(workspace, wanted).entries] == kinds


def test_who_decided_is_told_by_name_or_number(workspace):
    registered, *_ = decided(workspace)
    assert len(history(workspace, Wanted(by=registered.by)).entries) == 4
    assert len(history(workspace, Wanted(by=str(registered.uid))).entries) == 4


def test_a_project_that_there_is_not_is_told(workspace):
    with pytest.raises(UsageError, match="no project"):
        history(workspace, Wanted(project="nowhere"))


def test_checking_finds_removals_and_takes_them_as_known_when_told(workspace, tmp_path):
    decided(workspace)
    (clean,) = check(workspace)
    assert (clean.events, clean.errors, clean.findings, clean.private) == (4, 0, (), False)
    newest = max((tmp_path / "demo" / ".mlops-console" / "journal").glob("*/*.json"))
    newest.unlink()
    (found,) = check(workspace, "demo")
    assert (found.events, found.errors) == (3, 1)
    assert check(workspace, take_as_known=True)[0].errors == 1
    assert check(workspace)[0].errors == 0


def test_an_author_that_is_not_proven_is_an_error_only_where_the_project_says_so(workspace, tmp_path):
    from tests.journal.journal_making import planted

    from mlops_console.journal.places import place_of

    project = workspace.projects[0]
    planted(place_of(project.root, project.key, workspace.places), uid=54_321, kind="blessed")
    assert [one.severity for one in check(workspace)[0].findings] == ["note"]
    (tmp_path / "demo" / "mlops-console.toml").write_text('owners = "enforce"\n')
    assert [one.severity for one in check(workspace)[0].findings] == ["error"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1970-01-02", 86_400_000_000),
        ("1970-01-01T00:01", 60_000_000),
        ("1970-01-01T01:00:00+01:00", 0),
        ("2h", 90_000_000_000 - 7_200_000_000),
        ("today", 86_400_000_000),
        ("yesterday", 0),
    ],
)
def test_moments(text, moment):
    assert when(text, 90_000_000_000) == moment


@pytest.mark.parametrize("text", ["", "soon", "99999-01-01", "1e9999d", "-3d"])
def test_what_is_no_moment_is_told(text):
    with pytest.raises(UsageError, match="is no time"):
        when(text)
