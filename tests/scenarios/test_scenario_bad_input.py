"""Bad files one by one: a clear sentence each, everything else is read, time and memory stay bounded."""

import contextlib
import json
import os
import shutil
import socket
import struct

import pytest
from tests.scenarios.stage import CSV, LONG_AGO, Desk, put

HUGE = 2 << 30
EVENTS = "events.out.tfevents.1700000000.host"
HUGE_ONES = ("line/metrics.csv", "lines/metrics.jsonl", "doc/metrics.json", f"events/{EVENTS}")
LAUGHS = "a: &a [lol,lol,lol]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)
LINE = json.dumps({"step": 1, "loss": 0.5}) + "\n"


def sparse(folder, path, head, size=HUGE):
    file = put(folder, path, head)
    os.truncate(file, size)
    os.utime(file, (LONG_AGO, LONG_AGO + 0.25))


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path / "kept" / "s.duckdb", capsys)


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "shop"
    put(folder, "good/metrics.csv")
    return folder


CASES = {
    "line/metrics.csv": ("a huge line", "longer than 1 MiB"),
    "lines/metrics.jsonl": ("a huge line", "longer than 1 MiB"),
    "doc/metrics.json": ("a huge document", "65,536 KiB"),
    f"events/{EVENTS}": ("a hole in an event file", "damaged here"),
    "deep/params.json": ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested deeper"),
    "deep2/params.yaml": ("[" * 50_000, "nested deeper"),
    "deep3/params.toml": ("a = " + "[" * 50_000, "nested deeper"),
    "laughs/params.yaml": (LAUGHS, "aliases stand for more than"),
    "zeros/metrics.csv": (CSV[:40] + "\0" * 100 + CSV[40:], "zero bytes"),
    "digits/metrics.jsonl": (LINE + '{"step":2,"loss":' + "9" * 10_000 + "}\n" + LINE, "4,300 digits"),
    "cut/metrics.json": ('[{"step":1,"loss":0.5},{"step":2,"lo', "no valid JSON"),
    f"noise/{EVENTS}": (struct.pack("<Q", 77) + b"\xff" * 500, "damaged here"),
}


def test_each_bad_file_gets_a_sentence_and_all_else_is_read(desk, shop):
    for path, (content, _) in CASES.items():
        if path in HUGE_ONES:
            continue
        put(shop, path, content)
        if "params" in path:
            put(shop, path.rpartition("/")[0] + "/metrics.csv")
    sparse(shop, "line/metrics.csv", CSV)
    sparse(shop, "lines/metrics.jsonl", LINE * 5, HUGE // 16)
    sparse(shop, "doc/metrics.json", '[{"step":1,"loss":0.1},')
    sparse(shop, f"events/{EVENTS}", "", HUGE // 16)
    put(shop, "odd/metrics.csv").unlink()
    os.mkfifo(shop / "odd/metrics.csv")
    here = os.getcwd()
    os.chdir(shop / "odd")
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as plug:
        plug.bind("metrics.jsonl")
    os.chdir(here)
    _, wrong = desk.scan(shop)
    for path, (_, words) in CASES.items():
        assert words in wrong.pop(path), path
    assert wrong.pop("odd/metrics.csv") == wrong.pop("odd/metrics.jsonl") == "is not a regular file; left out"
    assert wrong == {}
    figures = desk.figures()
    for path in ("good", "deep", "deep2", "deep3", "laughs", "line"):
        assert json.loads(figures[f"shop/{path}"])[0]["loss"]["count"] == 20, path
    again, _ = desk.scan(shop)
    assert (again["new"], again["updated"]) == (0, 0)


def test_links_and_loops_lead_nowhere(desk, shop, tmp_path):
    put(tmp_path, "elsewhere/metrics.csv")
    for path, target in (
        ("good/loop", "."), ("good/up", ".."), ("good/there", tmp_path / "elsewhere"),
        ("zero/metrics.csv", "/dev/zero"), ("zero/params.yaml", "/dev/zero"),
        ("around/a", "b"), ("around/b", "a"),
    ):  # fmt: skip
        (shop / path).parent.mkdir(exist_ok=True)
        (shop / path).symlink_to(target)
    report, wrong = desk.scan(shop)
    assert "links are not followed" in wrong.pop("zero/metrics.csv")
    assert (report["new"], wrong) == (1, {})


def test_hostile_names_are_kept_as_they_are_and_shown_harmless(desk, shop):
    names = [
        "\x1b[31mred\x1b]0;title\x07",
        "[/red][bold]",
        "new\nline",
        "\u202egnp",
        "inv-\udcff",
        "z\u200bw",
        "-dash",
    ]
    for name in names:
        put(shop, f"names/{name}/metrics.csv")
        put(shop, f"names/{name}/params.json", json.dumps({name: name}))
    desk.scan(shop)
    kept = {run["path"] for run in desk.objects("runs")}
    for name in names[:4]:
        assert f"names/{name}" in kept
    assert len(kept) == 1 + len(names)
    for words in (["runs"], ["show", "names/" + names[0]], ["metrics", "names/" + names[0]]):
        said = desk.ask(*words).out
        assert not any(sign in said for sign in "\x1b\x07\u202e\u200b")


def test_a_file_that_shrinks_or_is_rotated_is_read_anew(desk, shop):
    desk.scan(shop)
    file = put(shop, "good/metrics.csv", CSV[: CSV.index("\n5,") + 1])
    os.utime(file, (LONG_AGO + 9, LONG_AGO + 9.25))
    desk.scan(shop)
    assert json.loads(desk.figures()["shop/good"])[0]["loss"]["count"] == 5
    file.rename(shop / "good/metrics.csv.1")
    put(shop, "good/metrics.csv", CSV)
    desk.scan(shop)
    assert json.loads(desk.figures()["shop/good"])[0]["loss"]["count"] == 20


def test_a_project_that_vanishes_keeps_its_runs(desk, shop, tmp_path):
    desk.scan(shop)
    shutil.rmtree(shop)
    said = desk.ask("scan", shop, code=2)
    assert "there is no folder" in said.err
    assert len(desk.figures()) == 1
