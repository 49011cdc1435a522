"""What a project's file wishes; every mistake has its line and a hint, and none makes promoting easier."""

import os
import time
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.settings import PROJECT_FILE
from mlops_console.wishes.known import is_shut
from mlops_console.wishes.model import Command, Kpi, Target, WatchWishes, Wishes
from mlops_console.wishes.reading import LIMIT, problems_of, read, read_bytes, read_wishes
from mlops_console.workspace.wishing import mistakes

ISSUE = """\
[models.churn]
owner = "ana"
metric = "auc"
goal = "max"

[models.churn.gates.champion]
require = ["auc >= 0.85", "auc >= champion - 0.002"]
approvals = 1
clean_git = true
"""


def wishes_of(text) -> Wishes:
    return read_bytes(text.encode()).wishes


def told(text):
    return [(one.line, one.key, one.what, one.hint) for one in wishes_of(text).mistakes]


def shut(wishes, model, alias):
    """Whether a table of gates holds a key that is no gate, so that it can't pass."""
    return any(is_shut(key) for key in wishes.model(model).gates.get(alias, {}))


def test_the_first_example(tmp_path):
    (tmp_path / PROJECT_FILE).write_text(ISSUE)
    wishes = read_wishes(tmp_path)
    churn = wishes.model("churn")
    assert (churn.owner, churn.metric, churn.goal) == ("ana", "auc", "max")
    assert churn.gates == {
        "champion": {
            "require": ["auc >= 0.85", "auc >= champion - 0.002"], "approvals": 1, "clean_git": True
        }
    }  # fmt: skip
    assert wishes.mistakes == ()
    assert wishes.model("other").gates == {}


def test_everything_that_can_be_said():
    wishes = wishes_of(
        ISSUE
        + """
[models.churn.kpis.saved]
metric = "recall"
goal = "max"
floor = 0.5
target = 0.7
owner = "ben"
review = "30d"
worth = 120_000
currency = "EUR"
per = "month"

[models.churn.kpis.auc]

[models.churn.targets.production]
folder = "/srv/churn"
keep = 5
smoke = ["python", "smoke.py"]
health = { run = ["curl", "-f", "http://localhost"], timeout = "5s", cwd = "serving" }
"""
    )
    churn = wishes.model("churn")
    assert wishes.mistakes == ()
    assert churn.kpis == (
        Kpi("saved", "recall", "max", 0.5, 0.7, "ben", 30.0, 120_000.0, "EUR", "month"),
        Kpi("auc", "auc", "max"),
    )
    smoke = Command(("python", "smoke.py"), 60.0, ".")
    health = Command(("curl", "-f", "http://localhost"), 5.0, "serving")
    assert churn.targets == (Target("production", "/srv/churn", 5, smoke, health),)


def test_what_holds_for_every_model_yields_to_its_own():
    wishes = wishes_of(
        """
[gates.champion]
approvals = 1
clean_git = true
[targets.production]
folder = "/srv/{model}"
keep = 2
[models.churn.gates.champion]
approvals = 2
[models.churn.targets.production]
keep = 9
[models.fraud]
"""
    )
    assert wishes.mistakes == ()
    assert wishes.model("churn").gates["champion"] == {"approvals": 2, "clean_git": True}
    assert wishes.model("fraud").gates["champion"] == {"approvals": 1, "clean_git": True}
    assert wishes.model("unnamed").gates["champion"] == {"approvals": 1, "clean_git": True}
    assert wishes.model("churn").targets == (Target("production", "/srv/churn", 9),)
    assert wishes.model("fraud").targets == (Target("production", "/srv/fraud", 2),)
    assert wishes.model("unnamed").targets == (Target("production", "/srv/unnamed", 2),)


@pytest.mark.parametrize(
    ("text", "line", "key", "says", "hint"),
    [
        ("a = ", 1, "", "is no TOML: invalid value", 'owner = "ana"'),
        ("[models.churn]\nowner = ana", 2, "", "is no TOML: invalid value", 'owner = "ana"'),
        ("x = 1\nx = 2", 2, "", "is no TOML: cannot overwrite", ""),
        ("\n\nx = [1,", 3, "", "is no TOML", ""),
        ("x = " + "9" * 5000, None, "", "holds a number of too many digits", ""),
        ("[models.c]\nx.y = [1, 0x" + "f" * 5000 + "]", 2, "models.c.x.y[1]", "larger than 64 bits", ""),
        ("x = " + "[" * 500, 1, "", "is nested deeper than 64 levels", ""),
        ("\nmodel = 3", 2, "model", "is not known here", "did you mean `models`?"),
        ("owners = 'Enforce'", 1, "owners", 'is "Enforce"', 'use one of "note", "enforce"'),
        ("models = 3", 1, "models", "must be a table, not a whole number", "[models]"),
        ("[models]\nchurn = 1", 2, "models.churn", "must be a table", "[models.churn]"),
        ('[models."a b"]', 1, 'models."a b"', "is no name of a model: it may hold letters", ""),
        ("[models.c]\nowner = 1", 2, "models.c.owner", "must be text, not a whole number", ""),
        ("[models.c]\nonwer = 'a'", 2, "models.c.onwer", "is not known here", "did you mean `owner`?"),
        ("[models.c]\ngoal = 'maximize'", 2, "models.c.goal", 'is "maximize"', 'did you mean "max"?'),
        ("[models.c]\ncopy = 'no'", 2, "models.c.copy", "must be true or false, not text", ""),
        ("[models.c]\nslices = ['a',\n 2]", 3, "models.c.slices[1]", "must be text", ""),
        ("[models.c.gates]\nchampion = 1", 2, "models.c.gates.champion", "must be a table of gates", ""),
        (
            "[models.c.gates.champion]\nrequires = []",
            2, "models.c.gates.champion.requires", "is no gate", "did you mean `require`?",
        ),
        (
            "[models.c.gates.champion]\nrequire = ['a > 1',\n\n 'b => 2']",
            4, "models.c.gates.champion.require[1]", "`b => 2`: => is no comparison", "write >=",
        ),
        (
            "[gates.champion]\nrequire = ['a > champoin - 1', 'a > champion2']",
            2, "gates.champion.require[0]", "names `champoin`, an alias of its own", "mean `champion`?",
        ),
        ("[gates.champion]\nrequire = 3", 2, "gates.champion.require", "must be a list", "auc >= 0.85"),
        ("[models.c.gates.champoin]", 1, "models.c.gates.champoin", "an alias of its own", "`champion`?"),
        ("[models.c.gates.v3]", 1, "models.c.gates.v3", "looks like the number of a version", ""),
        ("[[models.c.kpis]]\nname = 'a'", 1, "models.c.kpis", "a name each", "[models.c.kpis.NAME]"),
        ("[models.c.kpis.k]\nmetric='m'", 1, "models.c.kpis.k.goal", "is missing", "which way is better"),
        ("[models.c.kpis.k]\ngoal='max'\nfloor=nan", 3, "models.c.kpis.k.floor", "is nan", ""),
        ("[models.c.kpis.k]\ngoal='max'\nfloor=2\ntarget=1", 4, "models.c.kpis.k.target", "is worse", ""),
        ("[models.c.kpis.k]\ngoal='max'\nreview='soon'", 3, "models.c.kpis.k.review", "no length of", "3d"),
        ('[models.c.targets.p]\nfolder = "../p"', 2, "models.c.targets.p.folder", "has a ..", "whole path"),
        ("[models.c.targets.p]\nkeep = 1", 1, "models.c.targets.p.folder", "is missing", "/srv/models"),
        ("[models.c.targets.p]\nfolder='x'\nkeep=0", 3, "models.c.targets.p.keep", "from 1 to 1,000", ""),
        (
            "[models.c.targets.p]\nfolder='x'\nsmoke='python a.py'",
            3, "models.c.targets.p.smoke", "must be a list of words", '["python", "a.py"]',
        ),
        (
            "[models.c.targets.p]\nfolder='x'\nsmoke={run=['a'],cwd='../..'}",
            3, "models.c.targets.p.smoke.cwd", "is no folder in the project", "",
        ),
        ("[targets.p]\nfolder='/srv/'", 2, "targets.p.folder", "holds for every model", '"/srv/{model}"'),
        ("[watch]\nsilence = 'soon'", 2, "watch.silence", '"soon" is no length of time', '"10m"'),
        ("[watch]\nmax_depth = 0", 2, "watch.max_depth", "from 1 to 256", ""),
    ],
)  # fmt: skip
def test_a_mistake_has_its_line_its_key_and_a_hint(text, line, key, says, hint):
    found = [one for one in told(text) if one[1] == key]
    assert len(found) == 1, told(text)
    assert found[0][0] == line
    assert says in found[0][2]
    assert hint in found[0][3]


@pytest.mark.parametrize(
    "text",
    [
        "[models.churn.gates.champion\napprovals = 1",
        "[model.churn.gates.champion]\napprovals = 1",
        "[churn.gates.champion]\napprovals = 1",
        "models = 1",
        "gates = 1",
        "[models]\nchurn = 1",
        "[[models.churn]]\nowner = 'a'",
        "[models.churn.gate.champion]\napprovals = 1",
        "[models.churn.champion]\napprovals = 1",
        "[models.churn]\nclean_git = true",
        "[models.churn]\ngates = 1",
        "[models.churn.gates]\nchampion = true",
        "[models.churn.gates.champoin]\napprovals = 1",
        "[models.churn.gates.Champion]\napprovals = 1",
        "[models.churn.gates.'champion ']\napprovals = 1",
        "[gates.champoin]\napprovals = 1",
        "[models.churn]\nmetric = 3\n[models.churn.gates.champion]\nsignificant = true",
        "[models.churn]\nslice = ['a']\n[models.churn.gates.champion]\nslices = 0.01",
        "[models.churn.kpis.k]\nfloor = 'x'\n[gates.champion]\nkpis = true",
        "[models.churn.kpis.k]\ngoal='max'\nflor = 1\n[gates.champion]\nkpis = true",
        "[models.churn]\nkpi.k.floor = 1\n[gates.champion]\nkpis = true",
        "\xff",
    ],
)
def test_gates_that_can_not_be_understood_let_nothing_pass(text):
    wishes = read_bytes(text.encode("latin-1")).wishes
    assert wishes.mistakes
    assert shut(wishes, "churn", "champion")


@pytest.mark.parametrize(
    "text",
    [
        "",
        ISSUE,
        "[models.churn]\nonwer = 'ana'",
        "[models.churn.gates.challenger-2]\nfinished = true",
        "[models.churn.gates.champion2]\nfinished = true",
        "[monitors.churn]\nwindow = '7d'",
        "[models.churn.kpis.k]\ngoal='max'\nreview='x'\n[gates.champion]\nkpis = true",
    ],
)
def test_other_mistakes_and_other_aliases_shut_nothing(text):
    assert not shut(wishes_of(text), "churn", "champion")


def test_a_key_that_is_no_gate_stays_where_its_verdict_is_unknown():
    wishes = wishes_of("[gates.champion]\nrequires = ['a > 1']\n[models.churn.gates.champion]\nx = 1")
    assert wishes.model("churn").gates["champion"] == {"requires": ["a > 1"], "x": 1}


def test_a_file_without_toml_shuts_every_alias_of_every_model():
    gates = wishes_of("x").model("whatever").gates
    assert all(is_shut(key) for key in gates["blue"])
    assert gates.get("green")
    assert "can't be used" in gates["champion"][PROJECT_FILE]
    assert dict(gates)["champion"] == gates["champion"]


def test_a_target_with_a_mistake_is_none():
    wishes = wishes_of(
        "[targets.p]\nfolder='/srv/{model}'\n[models.c.targets.p]\nsmok=['a']\n[models.d]\n"
        "[models.e.targets.p]\nhealth = []"
    )
    assert [len(wishes.model(name).targets) for name in "cde"] == [0, 1, 0]
    assert {one.key for one in wishes.mistakes} == {"models.c.targets.p.smok", "models.e.targets.p.health"}


def test_a_wrong_word_about_owners_is_the_strict_one():
    assert wishes_of("owners = 'enforced'").owners == "enforce"
    assert wishes_of("").owners == "note"


def test_what_is_said_of_watching(tmp_path):
    (tmp_path / PROJECT_FILE).write_text('[watch]\nprune = ["data"]\nsilence = "soon"\nmax_depth = 9\n')
    assert read_wishes(tmp_path).watch == WatchWishes(("data",), 600.0, 9)
    assert wishes_of("[watch]\nprune = [1]\nsilence = '1h'").watch == WatchWishes((), 3600.0, 32)


def test_a_mistake_of_what_holds_for_all_is_told_once():
    text = "[targets.p]\nfolder='/srv/{model}'\nsmoke=1\n" + "".join(f"[models.m{n}]\n" for n in range(5))
    assert [one[0] for one in told(text)] == [3]


def test_there_are_no_more_mistakes_than_anybody_reads():
    found = told("\n".join(f"k{n} = 1" for n in range(5_000)))
    assert len(found) == 201
    assert "more than 200" in found[0][2]


def test_no_file_is_no_mistake(tmp_path):
    assert read_wishes(tmp_path) == Wishes()
    assert read_wishes(tmp_path / "gone") == Wishes()


def test_a_file_that_must_not_be_read_is_a_mistake(tmp_path):
    file = tmp_path / PROJECT_FILE
    (tmp_path / "elsewhere").write_text(ISSUE)
    file.symlink_to(tmp_path / "elsewhere")
    assert "link" in read_wishes(tmp_path).mistakes[0].what
    file.unlink()
    os.mkfifo(file)
    assert "regular file" in read_wishes(tmp_path).mistakes[0].what
    file.unlink()
    file.write_bytes(b"#" * (LIMIT + 1))
    wishes = read_wishes(tmp_path)
    assert "holds more than 1,024 KiB" in wishes.mistakes[0].what
    assert shut(wishes, "churn", "champion")


def test_a_file_of_an_editor_that_marks_its_encoding():
    assert read_bytes(b"\xef\xbb\xbf" + ISSUE.encode()).wishes.mistakes == ()
    assert read_bytes(ISSUE.replace("\n", "\r\n").encode()).wishes.mistakes == ()


def test_lines_of_keys_can_be_asked_for(tmp_path):
    (tmp_path / PROJECT_FILE).write_text(ISSUE)
    assert read(tmp_path).lines.line(("models", "churn", "gates", "champion", "approvals")) == 8


def test_mistakes_are_problems_of_the_project(tmp_path):
    (tmp_path / PROJECT_FILE).write_text("\n[models.c]\nonwer = 'a'\n")
    problem = problems_of(read_wishes(tmp_path))[0]
    assert problem.path == "mlops-console.toml:3"
    assert problem.what == "models.c.onwer: is not known here (did you mean `owner`?)"


SCALARS = st.one_of(
    st.integers(), st.booleans(), st.sampled_from(["auc > 1", "", "max", "30d", "\x1b[31m"]), st.floats()
)
NAMES = st.sampled_from(
    [
        "owners", "watch", "models", "gates", "targets", "churn", "champion", "require", "kpis", "slices",
        "folder", "smoke", "run", "goal", "metric", "floor", "prune", "silence", "max_depth", "review",
        "command", "timeout", "cwd", "keep", "owner",
    ]
)  # fmt: skip
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=25,
)


def as_toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\x1b", "\\u001b") + '"'
    if isinstance(value, list):
        return "[" + ", ".join(as_toml(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {as_toml(one)}" for key, one in value.items()) + "}"
    return str(value)


@given(st.dictionaries(NAMES, TREES, max_size=6))
def test_any_shape_is_read_and_no_gate_is_lost(tree):
    text = "\n".join(f"{key} = {as_toml(value)}" for key, value in tree.items())
    try:
        tomllib.loads(text)
    except ValueError:
        return
    wishes = wishes_of(text)
    for mistake in wishes.mistakes:
        assert mistake.line is not None
        assert mistake.what
    models = tree.get("models")
    for name, model in models.items() if isinstance(models, dict) else ():
        gates = model.get("gates") if isinstance(model, dict) else None
        for alias, table in gates.items() if isinstance(gates, dict) else ():
            said = wishes.model(name).gates.get(alias, {})
            assert shut(wishes, name, alias) or set(said) >= set(table if isinstance(table, dict) else ())


@given(st.binary(max_size=300))
def test_any_bytes_are_read(data):
    read_bytes.__wrapped__(data)


def many(line, count):
    return "".join(line.format(n) for n in range(count))


@pytest.mark.parametrize(
    "text",
    [
        many("k{0} = 1\n", 80_000),
        many("[models.m{0}]\n", 60_000),
        many("[targets.t{0}]\nfolder='{{model}}'\n", 500) + many("[models.m{0}]\n", 500),
        many("[gates.a{0}]\nx = 1\n", 20_000) + many("[models.m{0}]\n", 20_000),
        many("[gates.champion{0}]\n", 50) + many("[models.m{0}.gates.b]\nx = 1\n", 500),
        "[gates.champion]\n" + many("x{0} = 1\n", 80_000),
        "[models.m]\n" + many("gate{0} = 1\n", 70_000),
        "[models.m]\n" + many("kpis.k{0}.goal = 1\n", 40_000),
        "[models.m.gates.a]\nrequire = [" + "'a > b-1', " * 80_000 + "]",
        "a = " + "[" * 60 + "]" * 60 + "\n" + many("[a{0}.b.c.d]\n", 50_000),
    ],
)
def test_a_large_file_of_anybody_is_done_with_in_time(text, tmp_path):
    assert len(text) <= LIMIT
    (tmp_path / PROJECT_FILE).write_text(text)
    start = time.process_time()
    mistakes(str(tmp_path))
    assert time.process_time() - start < 20
