"""Bad input: one clear sentence each, and the rest of the run is read."""

import json

import pytest
from tests.readers.plain_files import OneRun, write

from mlops_console.readers.contract import Budget
from mlops_console.readers.plain import READER
from mlops_console.records import Source

GOOD = "step,loss\n0,1.5\n1,1.25\n"
CSV = "a/metrics.csv"


@pytest.mark.parametrize(
    ("text", "word", "steps"),
    [
        (GOOD + "2\n3,0.5\n", "A row has 1 cell instead of 2; the row is left out.", [0, 1, 3]),
        (GOOD + "2,1,1,1\n3,0.5\n", "A row has 4 cells instead of 2; the row is left out.", [0, 1, 3]),
        (GOOD + "x,1.0\n3,0.5\n", "step", [0, 1, 3]),
        (GOOD + "1e400,1.0\n3,0.5\n", "step", [0, 1, 3]),
        (GOOD + "2,1.\x7f0\n3,0.5\n", "no number", [0, 1, 3]),
        (GOOD + "2,\0\0\n3,0.5\n", "zero bytes", [0, 1, 3]),
        (GOOD + '2,"1.0\n3,0.5\n', "quoted", [0, 1, 3]),
        (GOOD + "2," + "9" * (1 << 20) + "\n3,0.5\n", "longer than 1 MiB", [0, 1, 3]),
        ("step,loss,loss\n0,1.5,9\n1,1.25,9\n", "same name", [0, 1]),
    ],
)
def test_damaged_tables(tmp_path, text, word, steps):
    run = OneRun(tmp_path, {CSV: text, "a/config.yaml": "lr: 1\n"})
    assert [step for step, _ in run.metrics["loss"]] == steps
    assert len(run.problems) == 1
    assert word in run.problems[0]
    assert run.params == {"lr": 1}


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("not json", "no JSON object"),
        ("[1, 2]", "no JSON object"),
        ('{"step": 2, "loss": 1.0', "no JSON object"),
        ('{"step":2,"a":' + "[" * 100_000 + "]" * 100_000 + "}", "nested deeper"),
        ('{"step":2,' + '"a":{' * 100 + "}" * 101, "nested deeper"),
        ('{"step":2,"loss":' + "9" * 5_000 + "}", "4,300 digits"),
        ('{"step":2,"loss":1.0,"loss":2.0}', "twice"),
        ("\0" * 40, "zero bytes"),
    ],
)
def test_damaged_lines(tmp_path, line, word):
    rows = '{"step":0,"loss":1.5}\n{"step":1,"loss":1.25}\n'
    run = OneRun(tmp_path, {"a/metrics.jsonl": f'{rows}{line}\n{{"step":3,"loss":0.5}}\n'})
    assert [step for step, _ in run.metrics["loss"] if step != 2] == [0, 1, 3]
    assert len(run.problems) == 1
    assert word in run.problems[0]
    assert run.story.problems[0].offset == len(rows)


def test_many_of_a_kind_are_one_sentence(tmp_path):
    run = OneRun(tmp_path, {CSV: GOOD + "2\n" * 1234 + "3,0.5\n"})
    assert len(run.problems) == 1
    assert "1,234 rows" in run.problems[0]


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("config.yaml", b"", "empty"),
        ("config.yaml", b"a: b: c", "line 1"),
        ("config.yaml", b"a: [1, 2", "no valid YAML"),
        ("config.yaml", "\n".join(["a: &a [x,x,x,x,x,x,x,x,x]", *(
            f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]" for i in range(9)
        )]).encode(), "aliases"),
        ("config.yaml", b"a: &a [*a]", "alias"),
        ("config.yaml", b"[" * 5_000, "nested deeper"),
        ("config.yaml", b"{a: " * 5_000, "nested deeper"),
        ("config.yaml", b"a: " + b"9" * 500_000, "digits"),
        ("config.yaml", b"a: 1\nb: 2\na: 3\n", "twice (a)"),
        ("config.yaml", b"lr: 1\nname: \xff\xfe\xe9\n", "not UTF-8"),
        ("config.yaml", b"- 1\n- 2\n", "no names"),
        ("config.yaml", b'a: "\x1b[31m"', "no valid YAML"),
        ("config.json", b"[" * 200_000, "nested deeper"),
        ("config.json", b'{"a": ' + b"9" * 1_000_000 + b"}", "digits"),
        ("config.json", b'{"a": 1, "a": 2}', "twice (a)"),
        ("config.json", b'{"a": 1', "line 1"),
        ("config.json", b'{"a": "' + b"x" * (1 << 20) + b'"}', "1,024 KiB"),
        ("config.toml", b"a = \n", "no valid TOML"),
        ("config.toml", b"a = " + b"[" * 5_000, "nested deeper"),
        ("config.toml", b"a = 1\na = 2\n", "no valid TOML"),
    ],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_damaged_params(tmp_path, name, data, word):
    run = OneRun(tmp_path, {CSV: GOOD, f"a/{name}": data})
    assert [step for step, _ in run.metrics["loss"]] == [0, 1]
    assert len(run.problems) == 1, run.problems
    assert word in run.problems[0]


def test_nothing_of_a_config_is_executed(tmp_path):
    config = (
        f"a: !!python/object/apply:os.system ['touch {tmp_path}/ran']\n"
        "b: !!python/object:argparse.Namespace {lr: 0.1}\nc: !!python/tuple [1, 2]\n"
    )
    run = OneRun(tmp_path, {CSV: GOOD, "a/config.yaml": config})
    assert not (tmp_path / "ran").exists()
    assert run.params["b.lr"] == 0.1
    assert run.params["c"] == [1, 2]


def test_numbers_that_json_lacks_stay_numbers_in_params(tmp_path):
    run = OneRun(tmp_path, {CSV: GOOD, "a/config.json": '{"a": NaN, "b": Infinity}'})
    assert str(run.params["a"]) == "nan"
    assert run.params["b"] == float("inf")
    assert run.problems == []


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b'{"loss": [1, 2', "no valid JSON"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"loss": [1, ' + b"9" * 5_000 + b"]}", "4,300 digits"),
        (b'{"loss": [1], "loss": [2]}', "twice"),
        (b'{"a": ' * 80 + b"1" + b"}" * 80, "deeper"),
    ],
)
def test_damaged_documents(tmp_path, data, word):
    run = OneRun(tmp_path, {CSV: GOOD, "a/results.json": data})
    assert len(run.problems) == 1
    assert word in run.problems[0]
    assert [step for step, _ in run.metrics["loss"]][:2] == [0, 1]


def test_names_with_escape_codes_stay_as_written(tmp_path):
    name = "a\x1b[31m\u202e[red]"
    run = OneRun(
        tmp_path, {f"{name}/metrics.csv": "step,lo\x1bss\n0,1\n1,2\n", f"{name}/config.yaml": "a: 1\n"}
    )
    assert run.facts["name"] == name
    assert set(run.metrics) == {"lo\x1bss"}


def test_names_that_are_no_text_are_kept(tmp_path):
    folder = b"\xff\xfe-run".decode("utf-8", "surrogateescape")
    run = OneRun(tmp_path, {f"{folder}/metrics.csv": GOOD})
    assert run.facts["name"] == folder


def test_a_line_of_two_gigabytes_takes_no_memory(tmp_path):
    import tracemalloc

    run = OneRun(tmp_path, {CSV: GOOD})
    with open(run.root / CSV, "r+b") as file:
        file.truncate(64 << 20)
        file.seek(0, 2)
        file.write(b"\n2,0.5\n")
    tracemalloc.start()
    run.read_on()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8 << 20
    assert run.metrics["loss"][-1] == (2, 0.5)
    assert "longer than 1 MiB" in run.problems[0]


def test_a_file_without_a_header_is_told(tmp_path):
    write(tmp_path, {"a/metrics.csv": "0.1,0.2\n0.3,0.4\n"})
    chunk = READER.read(str(tmp_path), Source("plain", "a", ("a/metrics.csv",)), None, Budget())
    assert [problem.path for problem in chunk.problems] == ["a/metrics.csv"]
    assert "header" in chunk.problems[0].what


def test_a_source_that_is_gone_is_told(tmp_path):
    chunk = READER.read(
        str(tmp_path), Source("plain", "a", ("a/metrics.csv", "a/config.yaml")), None, Budget()
    )
    assert len(chunk.points) == 0
    assert not chunk.more


def test_an_unreadable_file_is_told(tmp_path):
    run = OneRun(tmp_path, {CSV: GOOD, "a/eval.csv": GOOD})
    (run.root / "a/eval.csv").unlink()
    (run.root / "a/eval.csv").symlink_to("/etc/passwd")
    chunk = READER.read(str(run.root), run.source, None, Budget())
    assert "is a link" in json.dumps([problem.what for problem in chunk.problems])
    assert len(chunk.points) == 2
