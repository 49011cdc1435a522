"""What changed since the previous run, lineage, notes and tags, on real runs in our own format."""

import json
import threading
import time

import pytest

from mlops_console.errors import UsageError
from mlops_console.settings import write_state
from mlops_console.workspace import open_workspace
from mlops_console.workspace.changes import changes, previous_run
from mlops_console.workspace.details import detail, resolve
from mlops_console.workspace.lineage import lineage
from mlops_console.workspace.notes import add_note, notes, remove_note, tag, user_tags


def record(folder, name, minute, params, *, script="train.py", losses=(), parent=None, diff=None, **more):
    """A run as the recorder writes it."""
    run = folder / "runs" / name
    run.mkdir(parents=True)
    said = {
        "format": "mlops-console-run", "version": 1, "id": name, "name": name,
        "started": f"2026-11-20T10:{minute:02}:00Z", "params": params, **more,
    }  # fmt: skip
    if parent:
        said["parent"] = {"path": f"../{parent}", "id": parent}
    (run / "run.json").write_text(json.dumps(said))
    (run / "command.json").write_text(json.dumps({"command": ["python", script, "--fast"]}))
    (run / "end.json").write_text(
        json.dumps({"status": "finished", "ended": f"2026-11-20T10:{minute:02}:30Z"})
    )
    lines = [json.dumps({"_step": step, "loss": loss}) for step, loss in enumerate(losses)]
    (run / "metrics.jsonl").write_text("".join(line + "\n" for line in lines))
    if diff is not None:
        (run / "diff.patch").write_text(diff)
    return run


def git(commit, **more):
    return {"git": {"commit": commit, "branch": "main", "dirty": False, **more}}


@pytest.fixture
def desk(tmp_path):
    """Opens a workspace on the project and gives ids by name."""
    opened = []

    def make():
        workspace = open_workspace([tmp_path / "shop"], str(tmp_path / "s.duckdb"))
        opened.append(workspace)
        workspace.scan()
        rows = workspace.ask(lambda connection: connection.rows("SELECT name, id FROM runs"))
        return workspace, dict(rows)

    yield make
    for workspace in opened:
        workspace.close()


def test_the_previous_run_is_of_the_same_script(tmp_path, desk):
    shop = tmp_path / "shop"
    record(shop, "first", 0, {"lr": 0.1})
    record(shop, "other", 5, {"lr": 0.1}, script="evaluate.py")
    record(shop, "second", 10, {"lr": 0.2})
    workspace, ids = desk()
    assert previous_run(workspace, ids["second"]) == (ids["first"], "the run of train.py before this one")
    assert previous_run(workspace, ids["first"]) is None
    assert changes(workspace, ids["first"]) is None


def test_a_trial_is_compared_with_trials_and_a_sweep_with_whole_runs(tmp_path, desk):
    shop = tmp_path / "shop"
    record(shop, "sweep-1", 0, {})
    record(shop, "trial-1", 1, {"lr": 0.1}, parent="sweep-1")
    record(shop, "trial-2", 2, {"lr": 0.2}, parent="sweep-1")
    record(shop, "sweep-2", 3, {})
    workspace, ids = desk()
    assert previous_run(workspace, ids["trial-2"])[0] == ids["trial-1"]
    assert previous_run(workspace, ids["sweep-2"])[0] == ids["sweep-1"]
    assert previous_run(workspace, ids["trial-1"]) is None


def test_what_changed_names_params_code_data_packages_and_metrics(tmp_path, desk):
    shop = tmp_path / "shop"
    one = record(
        shop, "one", 0, {"lr": 0.1, "depth": 3, "gone": 1}, losses=(0.9, 0.5), python="3.11.2", **git("aaa1")
    )
    two = record(
        shop, "two", 9, {"lr": 0.2, "depth": 3, "new": "x"}, losses=(0.8, 0.4), python="3.12.1", **git("bbb2")
    )
    for run, version, sha in ((one, "1.8.0", "11" * 32), (two, "1.9.1", "22" * 32)):
        (run / "packages.txt").write_text(f"numpy==2.4.0\nscikit-learn=={version}\n")
        event = {"event": "dataset", "name": "train", "path": "data.csv", "sha256": sha, "rows": 900}
        (run / "events.jsonl").write_text(json.dumps(event) + "\n")
    workspace, ids = desk()
    found = changes(workspace, ids["two"])
    assert found.against == ids["one"]
    assert found.against_name == "one"
    assert {(one.kind, one.key): (one.before, one.after) for one in found.changes} == {
        ("param", "lr"): (0.1, 0.2),
        ("param", "new"): (None, "x"),
        ("param", "gone"): (1, None),
        ("code", "git.commit"): ("aaa1", "bbb2"),
        ("data", "train"): ("1" * 12 + "  900 rows", "2" * 12 + "  900 rows"),
        ("package", "scikit-learn"): ("1.8.0", "1.9.1"),
        ("environment", "python"): ("3.11.2", "3.12.1"),
        ("metric", "loss"): (0.5, 0.4),
    }
    back = changes(workspace, ids["one"], ids["two"])
    assert back.because == "as asked"
    assert ("lr", 0.2, 0.1) in [(one.key, one.before, one.after) for one in back.changes]


def test_uncommitted_code_is_shown_where_it_differs(tmp_path, desk):
    shop = tmp_path / "shop"
    record(shop, "clean", 0, {}, **git("aaa1"))
    record(shop, "dirty", 1, {}, diff="--- a/train.py\n+++ b/train.py\n-lr = 1\n+lr = 2\n", **git("aaa1"))
    record(shop, "dirtier", 2, {}, diff="--- a/train.py\n+++ b/train.py\n-lr = 1\n+lr = 3\n", **git("aaa1"))
    workspace, ids = desk()
    assert changes(workspace, ids["dirty"]).diff.splitlines()[-2:] == ["-lr = 1", "+lr = 2"]
    assert changes(workspace, ids["dirtier"]).diff.splitlines()[-2:] == ["-+lr = 2", "++lr = 3"]


def test_not_a_number_is_no_change_of_itself(tmp_path, desk):
    shop = tmp_path / "shop"
    record(shop, "one", 0, {"limit": float("nan"), "lr": 0.1})
    record(shop, "two", 1, {"limit": float("nan"), "lr": 0.2})
    workspace, ids = desk()
    assert [one.key for one in changes(workspace, ids["two"]).changes] == ["lr"]


def test_lineage_knows_parent_children_and_other_seeds(tmp_path, desk):
    shop = tmp_path / "shop"
    record(shop, "sweep", 0, {})
    record(shop, "a", 1, {"lr": 0.1, "seed": 1}, parent="sweep")
    record(shop, "b", 2, {"lr": 0.1, "seed": 2}, parent="sweep")
    record(shop, "c", 3, {"lr": 0.3, "seed": 1}, parent="sweep")
    record(shop, "d", 4, {"lr": 0.1, "seed": 1, "depth": 4}, parent="sweep")
    record(shop, "a-again", 6, {"lr": 0.1, "seed": 1}, parent="sweep")
    record(shop, "lost", 5, {"lr": 0.5}, parent="never-seen")
    workspace, ids = desk()
    of_a = lineage(workspace, ids["a"])
    assert (of_a.parent.id, of_a.parent.name) == (ids["sweep"], "sweep")
    same = [(one.name, one.relation) for one in of_a.same_config]
    assert same == [("a-again", "same config"), ("b", "other seed")]
    of_sweep = lineage(workspace, ids["sweep"])
    assert [one.name for one in of_sweep.children] == ["a", "b", "c", "d", "a-again"]
    assert of_sweep.children_total == 5
    assert of_sweep.same_config == ()
    assert lineage(workspace, ids["lost"]).parent.note == "not in a watched folder"


def test_notes_are_kept_with_who_and_when_and_outlive_the_store(tmp_path, desk):
    shop = tmp_path / "shop"
    record(shop, "one", 0, {})
    workspace, ids = desk()
    heard = []
    workspace.subscribe(heard.append)
    first = add_note(workspace, ids["one"], "  best so far\nsee the plot ")
    second = add_note(workspace, ids["one"], "\x1b[31mred\x1b[0m")
    assert [note.text for note in notes(workspace, ids["one"])] == [
        "best so far\nsee the plot",
        "\x1b[31mred\x1b[0m",
    ]
    assert first.by
    assert ids["one"] in heard[0].runs
    assert remove_note(workspace, ids["one"], second.id)
    assert not remove_note(workspace, ids["one"], second.id)
    workspace.close()
    (tmp_path / "s.duckdb").unlink()
    again, _ = desk()
    assert [note.id for note in notes(again, ids["one"])] == [first.id]


def test_a_note_says_something_and_not_too_much(tmp_path, desk):
    record(tmp_path / "shop", "one", 0, {})
    workspace, ids = desk()
    with pytest.raises(UsageError, match="empty"):
        add_note(workspace, ids["one"], "   ")
    with pytest.raises(UsageError, match="characters"):
        add_note(workspace, ids["one"], "x" * 20_000)


def test_tags_that_people_give_are_tags_of_the_run(tmp_path, desk):
    record(tmp_path / "shop", "one", 0, {}, tags={"team": "growth"})
    workspace, ids = desk()
    tag(workspace, [ids["one"]], "baseline")
    tag(workspace, [ids["one"]], "team", "pricing")
    assert dict(detail(workspace, ids["one"]).tags) == {"team": "pricing", "baseline": ""}
    assert dict(user_tags(workspace, ids["one"])) == {"baseline": "", "team": "pricing"}
    tag(workspace, [ids["one"]], "team", on=False)
    assert dict(detail(workspace, ids["one"]).tags) == {"team": "growth", "baseline": ""}
    with pytest.raises(UsageError):
        tag(workspace, [ids["one"]], " ")


def test_a_damaged_file_of_notes_is_no_notes(tmp_path, desk):
    record(tmp_path / "shop", "one", 0, {})
    workspace, ids = desk()
    file = workspace.places.state / "notes" / f"{ids['one']}.json"
    file.parent.mkdir(parents=True)
    some = '{"id": "1", "at": %s, "text": %s}'
    odd = [some % ('"soon"', '"x"'), some % ("1", '""'), some % ("1", "[]"), some % ("1e999", '"x"')]
    for damage in (
        "", "[]", '{"notes": 3}', '{"notes": [{"text": "no id"}, 7]}', f'{{"notes": [{", ".join(odd)}]}}'
    ):  # fmt: skip
        file.write_text(damage)
        assert notes(workspace, ids["one"]) == ()


def test_what_was_said_before_there_was_a_journal_is_shown_and_can_be_taken_away(tmp_path, desk):
    record(tmp_path / "shop", "one", 0, {})
    workspace, ids = desk()
    run = ids["one"]
    old = {"id": "5f", "text": "long ago", "by": "ana", "at": 5}
    write_state(workspace.places, "notes", run, {"id": run, "notes": [old]})
    write_state(workspace.places, "tags", run, {"id": run, "tags": {"baseline": "", "team": "old"}})
    workspace.sweep()
    add_note(workspace, run, "today")
    tag(workspace, [run], "team", "new")
    first, _ = notes(workspace, run)
    assert (first.text, first.by) == ("long ago", "ana")
    assert dict(user_tags(workspace, run)) == {"baseline": "", "team": "new"}
    assert dict(detail(workspace, run).tags) == {"baseline": "", "team": "new"}
    assert remove_note(workspace, run, "5f")
    assert [note.text for note in notes(workspace, run)] == ["today"]
    for name in ("baseline", "team"):
        tag(workspace, [run], name, on=False)
    assert dict(user_tags(workspace, run)) == dict(detail(workspace, run).tags) == {}


def test_everybody_sees_what_one_says_with_names_and_times(tmp_path, desk):
    record(tmp_path / "shop", "one", 0, {})
    mine, ids = desk()
    run = ids["one"]
    mine.remarks.follow([mine.projects[0].key])
    with open_workspace([tmp_path / "shop"], str(tmp_path / "theirs.duckdb")) as theirs:
        theirs.scan()
        theirs_run = resolve(theirs, "one")
        written = add_note(theirs, theirs_run, "look at the plot")
        tag(theirs, [theirs_run], "baseline")
    heard = []
    mine.subscribe(heard.append)
    mine.decisions.refresh()
    assert run in heard[0].runs
    (seen,) = notes(mine, run)
    assert (seen.id, seen.text, seen.by, seen.at) == (written.id, "look at the plot", written.by, written.at)
    assert dict(detail(mine, run).tags) == {"baseline": ""}
    # Neither is in the state folder of who reads it: it can be taken away by anybody, in the journal.
    assert remove_note(mine, run, seen.id)
    assert notes(mine, run) == ()


def test_who_looks_on_hears_of_it(tmp_path, desk):
    record(tmp_path / "shop", "one", 0, {})
    theirs, ids = desk()
    run = ids["one"]
    heard = threading.Event()
    with open_workspace([tmp_path / "shop"], str(tmp_path / "live.duckdb")) as live:
        live.scan()
        live.start()
        live.subscribe(lambda changed: heard.set() if run in changed.runs else None)
        add_note(theirs, run, "look at the plot")
        tag(theirs, [run], "baseline")
        limit = time.monotonic() + 60
        while "baseline" not in detail(live, run).tags and time.monotonic() < limit:
            heard.wait(0.1)
            heard.clear()
        assert dict(detail(live, run).tags) == {"baseline": ""}
        assert [note.text for note in notes(live, run)] == ["look at the plot"]


def test_a_command_takes_over_the_tags_of_others_also_of_many_runs(tmp_path, desk):
    for number in range(40):
        record(tmp_path / "shop", f"run-{number}", number, {})
    mine, ids = desk()
    with open_workspace([tmp_path / "shop"], str(tmp_path / "theirs.duckdb")) as theirs:
        theirs.scan()
        tag(theirs, [resolve(theirs, name) for name in ids], "baseline", "yes")
    mine.sweep()
    assert {detail(mine, run).tags["baseline"] for run in ids.values()} == {"yes"}
    mine.close()
    (tmp_path / "s.duckdb").unlink()
    again, ids = desk()
    assert {detail(again, run).tags["baseline"] for run in ids.values()} == {"yes"}


def test_what_people_said_of_a_run_holds_when_it_is_found_to_be_one_with_another(tmp_path, desk):
    record(tmp_path / "shop", "inner", 0, {})
    workspace, ids = desk()
    inner = ids["inner"]
    before = add_note(workspace, inner, "the seed was wrong")
    tag(workspace, [inner], "baseline")
    outer = record(tmp_path / "shop", "outer", 0, {})
    said = {"event": "same_as", "tool": "recorded", "id": "inner"}
    (outer / "events.jsonl").write_text(json.dumps(said) + "\n")
    workspace.scan()
    [(shown,)] = workspace.ask(lambda connection: connection.rows("SELECT id FROM runs"))
    assert shown != inner
    add_note(workspace, shown, "it was not")
    assert [note.text for note in notes(workspace, shown)] == ["the seed was wrong", "it was not"]
    assert "baseline" in user_tags(workspace, shown)
    assert remove_note(workspace, shown, before.id)
    assert [note.text for note in notes(workspace, shown)] == ["it was not"]
    tag(workspace, [shown], "baseline", on=False)
    assert "baseline" not in detail(workspace, shown).tags
