"""`drift check`, `drift windows`, `drift replay`: what they print, exit with, and keep."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.workspace.monitor_making import WISH, add_day, project, put, rows

from mlops_console.cli import run_command
from mlops_console.ours import DRIFT

QUIET = "classifier = 1\n"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)
    return project(tmp_path / "shop", WISH + QUIET)


@pytest.fixture
def ask(tmp_path, capsys, shop):
    def asked(word, *words, code=0, at=shop):
        got = run_command(
            ["drift", word, *words, "--project", str(at), "--store", str(tmp_path / "store.duckdb")]
        )
        said = capsys.readouterr()
        assert got == code, said.out + said.err
        return said

    return asked


def objects(said):
    return [json.loads(line) for line in said.out.splitlines()]


def kept(shop, monitor="shop"):
    folder = shop / DRIFT / monitor
    return sorted(one.name for one in folder.iterdir() if one.suffix == ".json") if folder.is_dir() else []


def wish(shop, more, base=WISH):
    (shop / "mlops-console.toml").write_text(base + more)


def test_an_alarm_is_1_and_the_same_line_is_printed_again(ask, shop, tmp_path):
    first = ask("check", "--json", code=1)
    files = {name: (shop / DRIFT / "shop" / name).stat().st_mtime_ns for name in kept(shop)}
    assert len(files) == 3
    assert ask("check", "--json", code=1).out == first.out
    assert {name: (shop / DRIFT / "shop" / name).stat().st_mtime_ns for name in kept(shop)} == files
    [one] = objects(first)
    assert (one["monitor"], one["code"], one["verdict"], one["alarm"]) == ("shop", 1, "DRIFT", True)
    assert one["window"]["window"] == "2024-05-03"
    assert [each["name"] for each in one["window"]["moved"]] == ["amount"]
    assert one["since"] == {"window": "2024-05-03", "windows": 1, "feature": "amount"}
    assert not (tmp_path / "store.duckdb").exists(), "no store is needed where the reference is data"


def test_quiet_is_0_and_says_nothing_to_cron(ask, shop):
    os.unlink(shop / "logs/03.parquet")
    assert "STABLE in 2024-05-02" in ask("check").out
    said = ask("check", "--quiet")
    assert (said.out, said.err) == ("", "")


def test_what_can_not_be_judged_is_2(ask, shop):
    put(rows(9, 12, None), shop / "few.parquet")
    for more in ('[monitors.few]\nreference = "reference.parquet"\ncurrent = "few.parquet"\n',
                 '[monitors.none]\nreference = "reference.parquet"\ncurrent = "nowhere"\n',
                 '[monitors.unreferred]\nreference = "gone.parquet"\ncurrent = "logs"\n',
                 '[monitors.wrong]\nreference = "reference.parquet"\ncurrent = "logs"\ndrift = 7\n',
                 '[monitors.model]\nmodel = "churn"\ncurrent = "logs"\n'):  # fmt: skip
        (shop / "mlops-console.toml").write_text(more)
        [one] = objects(ask("check", "--json", code=2))
        assert (one["code"], one["alarm"]) == (2, False)
        assert one["because"], more
    (shop / "mlops-console.toml").write_text(
        '[monitors.few]\nreference="reference.parquet"\ncurrent="few.parquet"\n'
    )
    assert "TOO FEW ROWS" in ask("check", code=2).out


def test_an_alarm_goes_before_what_can_not_be_judged_and_one_hurts_no_other(ask, shop):
    wish(shop, QUIET + '[monitors.none]\nreference = "reference.parquet"\ncurrent = "nowhere"\n'
         '[monitors.aa]\nreference = "corrupt.parquet"\ncurrent = "logs"\n')  # fmt: skip
    (shop / "corrupt.parquet").write_bytes(b"PAR1 not at all")
    found = {one["monitor"]: one["code"] for one in objects(ask("check", "--json", code=1))}
    assert found == {"shop": 1, "none": 2, "aa": 2}
    assert ask("check", "none", code=2).out.startswith("none  not judged: ")
    ask("check", "shop", code=1)
    assert "there is no monitor shpo" in ask("check", "shpo", code=2).err


def test_an_alarm_may_have_to_be_confirmed(ask, shop):
    wish(shop, QUIET + 'confirm = "2 of 3"\n')
    said = ask("check")
    assert "not confirmed: 1 of the last 3 windows say DRIFT, 2 are asked for" in said.out
    add_day(shop, 4, 3.0)
    assert "since 2024-05-03, amount first (2 windows)" in ask("check", code=1).out
    add_day(shop, 5, 0.0)
    ask("check")


def test_thresholds_are_applied_when_windows_are_read(ask, shop):
    ask("check", code=1)
    before = kept(shop)
    wish(shop, QUIET + "thresholds.amount = { drift = 1.0, watch = 1.0 }\n")
    assert objects(ask("check", "--json"))[0]["alarm"] is False
    assert kept(shop) == before


def test_late_rows_judge_a_window_anew_and_keep_the_verdict_before(ask, shop):
    ask("check", code=1)
    add_day(shop, 1, 3.0, name="late")
    ask("check", code=1)
    assert len(kept(shop)) == 4
    windows = objects(ask("windows", "--json", "--all"))
    assert [(one["window"], one["superseded"]) for one in windows] == [
        ("2024-05-01", True), ("2024-05-01", False), ("2024-05-02", False), ("2024-05-03", False),
    ]  # fmt: skip
    assert windows[1]["rows"] == 2_000
    assert len(objects(ask("windows", "--json"))) == 3


def test_another_reference_judges_the_newest_anew_and_all_where_asked(ask, shop):
    ask("check", code=1)
    put(rows(77, 2_000, shift=3.0), shop / "reference.parquet", at=1_717_000_000)
    [one] = objects(ask("check", "--json"))
    assert (one["verdict"], len(kept(shop))) == ("STABLE", 4)
    ask("check", "--again")
    assert len(kept(shop)) == 6


def test_a_damaged_verdict_is_told_and_judged_anew(ask, shop):
    ask("check", code=1)
    newest = shop / DRIFT / "shop" / kept(shop)[-1]
    for damage in (b"", b"{", b'{"form": 1}', b"[" * 100_000, b"\xff\xfe", b'{"form": NaN}'):
        newest.unlink()
        newest.write_bytes(damage)
        assert "damaged" in ask("windows").err
        assert "damaged" in ask("check", code=1).err
        assert "damaged" not in ask("check", code=1).err


def test_a_hostile_verdict_says_nothing_to_the_terminal(ask, shop):
    ask("check", code=1)
    newest = shop / DRIFT / "shop" / kept(shop)[-1]
    form = json.loads(newest.read_text())
    form["by"] = "\x1b[2Jeve"
    form["features"][0]["name"] = "x\x1b]0;evil\x07"
    newest.unlink()
    newest.write_text(json.dumps(form))
    for word in ("check", "windows"):
        assert "\x1b" not in ask(word, code=1 if word == "check" else 0).out


def test_a_window_that_is_being_written_is_awaited(ask, shop):
    place = shop / "logs/03.parquet"
    pl.read_parquet(place).write_ndjson(place.with_suffix(".jsonl"))
    place.unlink()
    [one] = objects(ask("check", "--json"))
    assert one["window"]["window"] == "2024-05-02"
    assert one["awaited"] == {"window": "2024-05-03", "because": "it is still being written."}


def test_a_project_that_can_not_be_written_keeps_verdicts_in_private(ask, shop, monkeypatch, tmp_path):
    from mlops_console.workspace.drifting import judged

    real = judged.make_folders

    def refusing(root, below):
        if root == str(shop):
            raise PermissionError(13, "Permission denied")
        real(root, below)

    monkeypatch.setattr(judged, "make_folders", refusing)
    told = ask("check", "--json", code=1)
    first = told.out
    assert told.err.count("kept among your own files and count for nobody else") == 1
    assert kept(shop) == []
    [folder] = (tmp_path / "store.duckdb.state/drift").iterdir()
    assert len([one for one in (folder / "shop").iterdir() if one.suffix == ".json"]) == 3
    again = ask("check", "--json", code=1)
    assert (again.out, again.err) == (first, "")


def test_the_windows_over_time(ask, shop):
    assert "no window is judged" in ask("windows").out
    ask("check", code=1)
    said = ask("windows").out.splitlines()
    assert said[0] == "shop  DRIFT since 2024-05-03, amount first"
    assert [line.split()[:3] for line in said[2:]] == [
        ["2024-05-01", "1,000", "STABLE"],
        ["2024-05-02", "1,000", "STABLE"],
        ["2024-05-03", "1,000", "DRIFT"],
    ]


def test_other_thresholds_over_the_stored_windows(ask, shop):
    assert "no window of shop is judged" in ask("replay", "shop", code=2).err
    ask("check", code=1)
    for one in shop.glob("logs/*"):
        one.unlink()
    (shop / "reference.parquet").unlink()
    assert "alarms: 1 now, 0 with these" in ask("replay", "shop", "--feature", "amount=1").out
    last = objects(ask("replay", "shop", "--drift", "0.99", "--json"))[-1]
    assert (last["before"]["alarm"], last["after"]["alarm"], last["change"]) == (True, False, "quiet")
    assert "is not like amount=0.2" in _refused(ask, "--feature", "amount")
    assert "no share above 0" in _refused(ask, "--drift", "7")
    assert "is not like" in _refused(ask, "--confirm", "3 of 2")


def _refused(ask, *words):
    return ask("replay", "shop", *words, code=2).err


def test_what_would_make_an_alarm_go_quiet(ask, shop):
    ask("check", code=1)
    [found] = objects(ask("replay", "shop", "--quiet-for", "2024-05-03", "--json"))
    keys = [one["keys"] for one in found["proposals"]]
    assert {"confirm": '"2 of 2"'} in keys
    [drift] = [one["drift"] for one in keys if set(one) == {"drift"}]
    # The smallest that does: one step less leaves the alarm.
    step = f"{float(drift) - 0.01:g}"
    assert objects(ask("replay", "shop", "--drift", drift, "--json"))[-1]["after"]["alarm"] is False
    assert objects(ask("replay", "shop", "--drift", step, "--json"))[-1]["after"]["alarm"] is True
    for one in found["proposals"]:
        lines = "".join(f"{key} = {value}\n" for key, value in one["keys"].items())
        wish(shop, QUIET + lines)
        ask("check", code=0)
        wish(shop, QUIET)
    assert "raises no alarm" in ask("replay", "shop", "--quiet-for", "2024-05-01", code=2).err
    assert "no judged window" in ask("replay", "shop", "--quiet-for", "2025-01-01", code=2).err


def test_what_no_threshold_makes_quiet(ask, shop):
    put(rows(3, 400, None).drop("age"), shop / "one.parquet")
    (shop / "mlops-console.toml").write_text(
        f'[monitors.one]\nreference = "reference.parquet"\ncurrent = "one.parquet"\n{QUIET}'
    )
    ask("check", code=1)
    [found] = objects(ask("replay", "one", "--quiet-for", "one.parquet", "--json"))
    assert [one["keys"] for one in found["proposals"]] == [{"confirm": '"2 of 2"'}]


def labelled(shop, wrong=0.0):
    """The reference and the last day with what the model said; labels of that day in a file of their own."""
    rng = np.random.default_rng(5)

    def said(frame, share):
        truth = (frame["amount"].to_numpy() + rng.normal(0, 3, len(frame)) > 50).astype(int)
        score = 1 / (1 + np.exp(-(frame["amount"].to_numpy() - 50) / 3))
        noise = rng.uniform(size=len(frame)) < share
        return np.where(noise, rng.integers(0, 2, len(frame)), truth), score

    reference = rows(0, 2_000, key=1)
    truth, score = said(reference, 0.0)
    put(reference.with_columns(bought=truth, score=score), shop / "reference.parquet")
    for one in shop.glob("logs/*"):
        one.unlink()
    day = rows(4, 1_000, datetime(2024, 5, 4, tzinfo=UTC), key=2)
    truth, score = said(day, wrong)
    put(day.with_columns(score=score), shop / "logs/04.parquet")
    return day.select("id").with_columns(bought=truth)


LABELS = 'label = "bought"\nscore = "score"\nlabels = "labels"\nkey = "id"\n'


def test_labels_that_come_late_judge_the_model_and_keep_what_was_said_before(ask, shop):
    labels = labelled(shop, wrong=0.6)
    (shop / "labels").mkdir()
    wish(shop, QUIET + LABELS)
    [before] = objects(ask("check", "--json"))
    assert before["window"]["model"]["verdict"] in ("STABLE", "UNKNOWN")
    assert len(kept(shop)) == 1
    put(labels.head(300), shop / "labels/1.csv")
    [some] = objects(ask("check", "--json", code=1))
    assert some["window"]["model"]["verdict"] == "HARMFUL"
    [auc] = [one for one in some["window"]["model"]["performance"] if one["metric"] == "auc"]
    assert auc["labelled"] == pytest.approx(0.3)
    assert len(kept(shop)) == 2
    put(labels.tail(720).sample(fraction=1, shuffle=True, seed=1), shop / "labels/2.csv")
    [most] = objects(ask("check", "--json", code=1))
    [auc] = [one for one in most["window"]["model"]["performance"] if one["metric"] == "auc"]
    assert auc["labelled"] == pytest.approx(1.0)
    put(labels.head(1), shop / "labels/3.csv")
    ask("check", code=1)
    assert len(kept(shop)) == 3, "what had its time and most of its labels is judged no more"
    assert "which is an alarm whatever drifts" in ask("replay", "shop", "--quiet-for", "2024-05-04").out


def test_labels_that_are_damaged_are_told(ask, shop):
    labelled(shop)
    (shop / "labels").mkdir()
    (shop / "labels/1.parquet").write_bytes(b"PAR1 no labels")
    os.utime(shop / "labels/1.parquet", (1_717_000_000,) * 2)
    wish(shop, QUIET + LABELS)
    [one] = objects(ask("check", "--json", code=2))
    assert "labels/1.parquet" in str(one["problems"])


def test_nothing_where_there_is_no_monitor(ask, shop):
    (shop / "mlops-console.toml").unlink()
    said = ask("check")
    assert (said.out, said.err.startswith("No monitor: ")) == ("", True)
    assert Path(shop, DRIFT).exists() is False


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[monitors."a/b"]\ncurrent = "logs"\n',
            "mlops-console.toml:1: monitors.a/b: is no name of a monitor",
        ),
        ("monitors = 3\n", "mlops-console.toml:1: monitors: must be a table"),
        ("[monitors.shop\n", "mlops-console.toml:1: is no TOML"),
        ("[montors.shop]\n", "mlops-console.toml:1: montors: is not known here (did you mean `monitors`?)"),
    ],
)
def test_a_monitor_that_is_lost_in_the_file_is_not_silence(ask, shop, text, told):
    (shop / "mlops-console.toml").write_text(text)
    said = ask("check", code=2)
    assert told in said.err.replace('"', "")
    assert said.out == ""
    assert told in ask("windows").err.replace('"', "")


def test_a_mistake_in_one_with_a_dot_in_its_name_is_its_own(ask, shop):
    text = (shop / "mlops-console.toml").read_text().replace("[monitors.shop]", '[monitors."shop.v2"]')
    (shop / "mlops-console.toml").write_text(text + "sgment = 3\n")
    [one] = objects(ask("check", "--json", code=2))
    assert one["monitor"] == "shop.v2"
    assert "sgment" in one["because"]
