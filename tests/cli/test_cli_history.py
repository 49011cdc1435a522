"""`changes`, `note` and `tag` on the command line."""

import json

import pytest

from mlops_console.cli import run_command


@pytest.fixture
def command(tmp_path, capsys):
    def ask(*words, code=0):
        got = run_command([*map(str, words), "--store", str(tmp_path / "s.duckdb")])
        said = capsys.readouterr()
        assert got == code, said.err
        return said

    return ask


@pytest.fixture
def shop(tmp_path, command):
    for minute, (name, lr, loss) in enumerate((("one", 0.1, 0.5), ("two", 0.2, 0.25))):
        run = tmp_path / "shop/runs" / name
        run.mkdir(parents=True)
        said = {"format": "mlops-console-run", "id": name, "name": name, "params": {"lr": lr}}
        (run / "run.json").write_text(json.dumps({**said, "started": f"2026-11-20T10:0{minute}:00Z"}))
        (run / "metrics.jsonl").write_text(json.dumps({"_step": 0, "loss": loss}) + "\n")
    command("scan", tmp_path / "shop")
    return command


def test_changes_names_what_was_and_what_is(shop):
    said = shop("changes", "two").out.splitlines()
    assert said[0].startswith("against one  ")
    assert said[0].endswith("the run before this one in runs")
    assert "  lr  0.1  >  0.2" in [line.replace(" .", " 0.") for line in said]
    assert any(line.strip().startswith("loss") and "−" in line for line in said)


def test_changes_say_how_much_of_a_long_diff_is_left_out(shop, tmp_path):
    head = "--- a/train.py\n+++ b/train.py\n"
    text = head + "".join(f"+line {number:>9}\n" for number in range(60_000))
    (tmp_path / "shop/runs/two/diff.patch").write_text(text)
    shop("scan", tmp_path / "shop")
    found = json.loads(shop("changes", "two", "--json").out)
    assert found["diff"].startswith(head)
    assert text.startswith(found["diff"])
    assert len(found["diff"]) + 1 + found["diff_left_out"] == len(text)
    assert len(found["diff"]) <= 262_144
    said = shop("changes", "two").out.splitlines()[-1]
    assert said.strip().startswith("698 kB of uncommitted code are left out")
    (tmp_path / "shop/runs/two/diff.patch").write_text(text[:-1] * 20)
    assert json.loads(shop("changes", "two", "--json").out)["diff_left_out"] == 20 * (len(text) - 1)


def test_a_diff_without_a_last_line_end_is_shown_whole(shop, tmp_path):
    (tmp_path / "shop/runs/two/diff.patch").write_text("--- a/x\n+++ b/x\n-1\n+2")
    shop("scan", tmp_path / "shop")
    found = json.loads(shop("changes", "two", "--json").out)
    assert (found["diff"].splitlines()[-1], found["diff_left_out"]) == ("+2", 0)
    assert not any("left out" in line for line in shop("changes", "two").out.splitlines())


def test_changes_as_json_and_without_an_earlier_run(shop):
    found = json.loads(shop("changes", "two", "--json").out)
    assert {"kind": "param", "key": "lr", "before": 0.1, "after": 0.2} in found["changes"]
    assert {"kind": "metric", "key": "loss", "before": 0.5, "after": 0.25} in found["changes"]
    first = json.loads(shop("changes", "one", "--json").out)
    assert (first["against"], first["changes"]) == (None, [])
    assert first.keys() == found.keys()
    assert "no earlier run" in shop("changes", "one").err
    assert json.loads(shop("changes", "one", "two", "--json").out)["against_name"] == "two"


def test_notes_are_written_listed_and_removed(shop):
    assert shop("note", "one").err == "This run has no notes.\n"
    said = shop("note", "one", "best", "so", "far").out
    assert said.rstrip().endswith("best so far")
    (note,) = map(json.loads, shop("note", "one", "--json").out.splitlines())
    assert note["text"] == "best so far"
    assert note["at"].endswith("+00:00")
    shop("note", "one", "--remove", note["id"])
    assert "no note" in shop("note", "one", "--remove", note["id"], code=2).err


def test_a_tag_is_found_by_the_filter_until_it_is_taken_away(shop):
    assert shop("tag", "one", "two", "keep").out.count("keep") == 2
    shop("tag", "one", "stage=candidate")
    rows = [json.loads(line) for line in shop("runs", "--where", "tag:keep", "--json").out.splitlines()]
    assert {row["name"] for row in rows} == {"one", "two"}
    assert {"keep": "", "stage": "candidate"} in [row["tags"] for row in rows]
    shop("tag", "--remove", "two", "keep")
    rows = [json.loads(line) for line in shop("runs", "--where", "tag:keep", "--json").out.splitlines()]
    assert [row["name"] for row in rows] == ["one"]
    assert "there is no run" in shop("tag", "never", "keep", code=2).err


def test_show_tells_notes_and_relatives(shop):
    shop("note", "one", "the one to beat")
    said = json.loads(shop("show", "one", "--json").out)
    assert [note["text"] for note in said["notes"]] == ["the one to beat"]
    assert said["lineage"] == {"children": [], "children_total": 0, "same_config": []}
    shop("note", "one", "for now")
    said = shop("show", "one").out  # of the same second, by the same person
    assert "the one to beat" in said
    assert "for now" in said
