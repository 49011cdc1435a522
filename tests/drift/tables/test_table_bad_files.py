"""Files that are no good: a sentence for each, and the others are judged."""

import gzip
import mmap
import os
import random
import resource
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.drift.tables.columnar import Columnar
from mlops_console.drift.tables.opening import open_table
from mlops_console.errors import ConsoleError, DataError

GOOD = pl.DataFrame({"x": [1.0, 2.0, 3.0], "c": ["a", "b", "a"]})


@pytest.fixture
def parquet(tmp_path: Path) -> bytes:
    GOOD.write_parquet(tmp_path / "good.parquet")
    return (tmp_path / "good.parquet").read_bytes()


def said(place: object, **options: object) -> str:
    with pytest.raises(DataError) as caught:
        open_table(place, **options)  # type: ignore[arg-type]
    assert (
        caught.value.hint
        or "links" in str(caught.value)
        or "damaged" in str(caught.value)
        or "columns" in str(caught.value)
    )
    return str(caught.value)


def test_places_without_data(tmp_path: Path) -> None:
    (tmp_path / "near.csv").write_text("a\n1\n")
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "notes.txt").write_text("x")
    assert "There is no file" in said(tmp_path / "far.csv")
    with pytest.raises(DataError) as caught:
        open_table(tmp_path / "far.csv")
    assert caught.value.hint == "beside it: near.csv"
    assert "holds no data file" in said(tmp_path / "none")
    assert "No data file matches" in said(str(tmp_path / "*.parquet"))
    assert "No data file is named" in said([])
    assert "no name of a file" in said("")
    assert "no name of a file" in said("a\0b")


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert "not a regular file" in said(tmp_path / "pipe.csv")
    assert "not a regular file" in said("/dev/zero")
    assert "holds no data file" in said(tmp_path)


def test_links_are_followed_for_people_not_for_projects(tmp_path: Path) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    project.mkdir()
    outside.mkdir()
    GOOD.write_parquet(outside / "t.parquet")
    GOOD.write_parquet(project / "own.parquet")
    (project / "link.parquet").symlink_to(outside / "t.parquet")
    assert open_table(project / "link.parquet").rows == 3
    assert open_table("own.parquet", base=project).rows == 3
    assert open_table(str(outside / "*.parquet"), base=project).rows == 3
    assert "links are not followed" in said("link.parquet", base=project)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("t.parquet", b"", "is empty"),
        ("t.csv", b"", "is empty"),
        ("t.parquet", b"PAR1" + b"x" * 50, "still being written or damaged"),
        ("t.parquet", b"x" * 50, "still being written or damaged"),
        ("t.parquet", b"PAR1" + b"x" * 50 + b"\xff\xff\xff\x7fPAR1", "damaged"),
        ("t.parquet", b"PAR1" + b"\xff" * 50 + b"\x20\0\0\0PAR1", "can't be read"),
        ("t.arrow", b"ARROW1\0\0" + b"x" * 50, "still being written or damaged"),
        ("t.arrow", b"\xff\xff\xff\xff\x10\0\0\0" + b"x" * 30, "can't be read"),
        ("t.csv", b"a,b\n", "has no rows"),
        ("t.csv", b"a\0b\n1\n", "none of the formats"),
        ("t.csv", "a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        (
            "t.csv.gz",
            gzip.compress(b"a,b\n" + b"1,2\n" * 5_000, mtime=0)[:-20],
            "still being written or damaged",
        ),
        ("t.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)[:-8] + b"12345678", "damaged"),
        ("t.jsonl", b"\n\n", "has no rows"),
        ("t.json", b"[{}]", "JSON array"),
        ("t.bin", bytes(range(256)), "none of the formats"),
    ],
)
def test_each_bad_file_has_its_sentence(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert words in said(tmp_path / name)


def test_a_file_among_others_is_left_out_and_told(tmp_path: Path, parquet: bytes) -> None:
    (tmp_path / "half.parquet").write_bytes(parquet[: len(parquet) // 2])
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "head.csv").write_text("x,c\n")
    table = open_table(tmp_path)
    assert table.rows == 3
    assert table.sample("x").n == 3
    assert len(table.problems) == 3
    assert all(one.endswith("It is left out.") for one in table.problems)
    assert any("half.parquet is still being written" in one for one in table.problems)


@pytest.mark.parametrize(
    ("name", "data", "rows", "words"),
    [
        ("t.csv", b"a,b\n1,2\n3,4\n5", 2, "last line is cut off"),
        ("t.csv", b"a,b\n1,2\n3,4\n5,6", 3, ""),
        ("t.csv", b'a,b\n1,2\n3,"4', 1, "last line is cut off"),
        ("t.csv", b"a,b\n1,2\n1,2,9\n3,4\n1,2,9\n", 4, "2 lines (the first: line 3) have more cells"),
        ("t.csv", b"a,b\n1,2\n3\n", 2, "1 line (line 3) has fewer cells"),
        ("t.csv", b'a,b\r\n"1,\r\n3",2\r\n3,4,5\r\n', 2, "1 line (line 4) has more cells"),
        ("t.csv", b'a,b\n"x,\ny",2\n"z""",4\n', 2, ""),
        ("t.csv", b"a,b\n\xe9,2\n\xe8,4\n", 2, "not all UTF-8"),
        ("t.csv", "a,b\n\u00e9,2\n".encode(), 1, ""),
        ("t.csv", b"a,a,\n1,2,3\n", 1, "same name"),
        ("t.csv", b"1,2\n3,4\n", 2, "no line of names"),
        ("t.jsonl", b'{"a":1}\n{"a":2}\n{"a"', 2, "last line is cut off"),
        ("t.jsonl", b'{"a":1}\nnonsense\n[1]\n{"a":2}\n', 2, "2 lines are no JSON objects"),
    ],
)
def test_odd_lines_are_told_and_cost_nothing_else(
    tmp_path: Path, name: str, data: bytes, rows: int, words: str
) -> None:
    (tmp_path / name).write_bytes(data)
    table = open_table(tmp_path / name)
    assert table.rows == rows
    for column in table.columns():
        assert table.sample(column).rows == rows
    assert words in " ".join(table.problems)
    assert bool(words) == bool(table.problems)


def test_a_quotation_mark_that_nothing_closes(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('a,b\n1,5" pipe\n2,x\n3,"y\n4,z\n')
    table = open_table(tmp_path / "t.csv")
    assert table.frame(["a"])["a"].to_list() == [1, 2, 3, 4]
    assert "quotation marks" in table.problems[0]


def test_names_that_are_odd(tmp_path: Path) -> None:
    odd = {
        "": [1, 2],
        "\x1b[31mred": [1, 2],
        "a\nb": ["x", "y"],
        "ü" * 500: [0.5, 1.5],
        "../x": [True, False],
    }
    pl.DataFrame(odd).write_parquet(tmp_path / "t.parquet")
    table = open_table(tmp_path / "t.parquet")
    assert list(table.columns()) == list(odd)
    for name in odd:
        assert table.sample(name).rows == 2
    with pytest.raises(DataError) as caught:
        table.sample("\x1b[31m")
    assert "\x1b" not in str(caught.value) + caught.value.hint


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    GOOD.write_parquet(tmp_path / "t.parquet")
    table = open_table(tmp_path / "t.parquet")
    GOOD.vstack(GOOD).write_parquet(tmp_path / "new.parquet")
    (tmp_path / "new.parquet").replace(tmp_path / "t.parquet")
    with pytest.raises(DataError, match="changed while it was read"):
        table.sample("x")
    (tmp_path / "t.parquet").unlink()
    with pytest.raises(DataError, match="is gone"):
        table.sample("c")


def test_a_parquet_file_is_never_mapped(tmp_path: Path, parquet: bytes) -> None:
    """What is mapped ends the process when somebody cuts the file off. This one has no addresses."""
    hole, length = 1 << 40, int.from_bytes(parquet[-8:-4], "little")
    path = tmp_path / "t.parquet"
    with path.open("wb") as file:
        file.write(parquet[: -8 - length])
        file.seek(hole)
        file.write(parquet[-8 - length :])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hole // 4, hard))
    try:
        with pytest.raises((OSError, ValueError)), path.open("rb") as file:
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        assert open_table(path).frame(["x", "c"]).equals(GOOD)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def test_a_file_that_is_cut_off_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pl.DataFrame({"x": range(100_000)}).write_parquet(tmp_path / "t.parquet")
    table = open_table(tmp_path / "t.parquet")
    scan = Columnar._scan

    def late(self: Columnar, fd: int) -> pl.LazyFrame:
        found = scan(self, fd)
        os.truncate(tmp_path / "t.parquet", 1_000)
        return found

    monkeypatch.setattr(Columnar, "_scan", late)
    with pytest.raises(DataError, match=r"t.parquet changed while it was read\."):
        table.sample("x")


def test_what_unpacks_to_far_more(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(",".join(f"c{i}" for i in range(20_000)) + "\n" + "1\n" * 10_000)
    assert "far shorter" in said(tmp_path / "t.csv")
    keys = "\n".join(f'{{"k{i}":1}}' for i in range(20_000))
    (tmp_path / "t.jsonl").write_text(keys)
    assert "too many columns" in said(tmp_path / "t.jsonl")


@given(st.integers(0, 10_000))
def test_mutated_bytes_are_a_sentence(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    rng = random.Random(seed)
    folder = tmp_path_factory.mktemp("mutated")
    form = rng.choice(["parquet", "arrow", "csv", "jsonl", "arrows"])
    path = folder / f"t.{form}"
    writers = {
        "parquet": GOOD.write_parquet, "arrow": GOOD.write_ipc, "csv": GOOD.write_csv,
        "jsonl": GOOD.write_ndjson, "arrows": GOOD.write_ipc_stream,
    }  # fmt: skip
    writers[form](path)
    data = bytearray(path.read_bytes())
    for _ in range(rng.randint(1, 4)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    path.write_bytes(data[: rng.randint(1, len(data))] if rng.random() < 0.3 else data)
    try:
        table = open_table(path)
        for name in table.columns():
            sample = table.sample(name)
            assert sample.rows == table.rows
        table.some_rows(list(table.columns()), 2)
    except ConsoleError:
        pass  # a sentence
