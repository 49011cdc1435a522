"""Files in good order: every format, several files, whatever is asked of them."""

import gzip
import math
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.drift.tables.opening import open_table
from mlops_console.errors import DataError

FRAME = pl.DataFrame(
    {
        "n": [1, None, 3, -4] * 10, "x": [0.5, float("nan"), None, float("inf")] * 10,
        "c": ["a", "b, b", None, 'say "hi"\nhi'] * 10, "t": [True, False, None, True] * 10,
    }
)  # fmt: skip


def write(path: Path, frame: pl.DataFrame = FRAME) -> Path:
    name = path.name.removesuffix(".gz")
    plain = path.with_name(name)
    match name.rpartition(".")[2]:
        case "parquet":
            frame.write_parquet(plain, row_group_size=7)
        case "csv":
            frame.write_csv(plain)
        case "tsv":
            frame.write_csv(plain, separator="\t")
        case "jsonl" | "json" | "ndjson":
            plain.write_text("\n".join(pl.Series([row]).struct.json_encode()[0] for row in frame.to_dicts()))
        case "arrow" | "feather":
            frame.write_ipc(plain, compression="zstd")
        case "arrows":
            frame.write_ipc_stream(plain)
    if path != plain:
        path.write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()
    return path


FORMS = [
    "parquet",
    "csv",
    "tsv",
    "jsonl",
    "ndjson",
    "json",
    "arrow",
    "feather",
    "arrows",
    "csv.gz",
    "jsonl.gz",
]


@pytest.mark.parametrize("form", FORMS)
def test_every_format_says_the_same(tmp_path: Path, form: str) -> None:
    table = open_table(write(tmp_path / f"t.{form}"))
    assert table.rows == 40
    assert table.exact
    assert table.problems == ()
    n, x, c, t = (table.sample(name) for name in "nxct")
    assert n.values.tolist() == [-4.0] * 10 + [1.0] * 10 + [3.0] * 10  # type: ignore[union-attr]
    assert (n.missing, x.missing, c.missing, t.missing) == (10, 30 if "json" in form else 20, 10, 10)
    if "json" not in form:  # JSON has no infinite numbers
        assert x.infinite == 10  # type: ignore[union-attr]
    assert c.levels == ("a", "b, b", 'say "hi"\nhi')  # type: ignore[union-attr]
    assert dict(zip(t.levels, t.counts.tolist(), strict=True)) == {"false": 10, "true": 20}  # type: ignore[union-attr]


@pytest.mark.parametrize("form", FORMS)
def test_content_tells_where_the_ending_does_not(tmp_path: Path, form: str) -> None:
    path = write(tmp_path / f"t.{form}")
    if "tsv" not in form:
        path = path.rename(tmp_path / "data")
    assert open_table(path).sample("n").rows == 40


def test_python_writes_numbers_that_json_has_not(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"x": NaN}\n{"x": Infinity}\n{"x": 1}\n{"x": 1e999}\n')
    found = open_table(tmp_path / "t.jsonl").sample("x")
    assert (found.rows, found.missing, found.infinite) == (4, 1, 2)  # type: ignore[union-attr]


def test_objects_in_objects_are_columns(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"f": {"a": 1, "b": {"c": "x"}}, "p": 0.5}\n{"f": {"a": 2}, "p": 1}\n')
    table = open_table(tmp_path / "t.jsonl")
    assert list(table.columns()) == ["f.a", "f.b.c", "p"]
    assert table.sample("f.b.c").missing == 1


def test_several_files_are_one_table_in_order(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    FRAME[:10].write_parquet(tmp_path / "b.parquet")
    FRAME[10:20].write_csv(tmp_path / "a.csv")
    FRAME[20:].write_ipc(tmp_path / "deep" / "c.arrow")
    (tmp_path / "README.md").write_text("no data")
    (tmp_path / ".hidden.csv").write_text("n\n1\n")
    whole = open_table(tmp_path)
    assert whole.rows == 40
    assert whole.frame(["n"])["n"].to_list() == [*FRAME["n"][10:20], *FRAME["n"][:10], *FRAME["n"][20:]]
    assert open_table(str(tmp_path / "*.parquet")).rows == 10
    assert open_table(str(tmp_path / "**/*.arrow")).rows == 20
    assert open_table([tmp_path / "b.parquet", tmp_path / "a.csv", tmp_path / "b.parquet"]).rows == 20


def test_types_that_differ_between_files(tmp_path: Path) -> None:
    pl.DataFrame({"x": [1, 2], "y": [1, 2], "only": ["a", "a"]}).write_parquet(tmp_path / "1.parquet")
    pl.DataFrame({"x": [2.5, None], "y": ["b", "c"]}).write_parquet(tmp_path / "2.parquet")
    table = open_table(tmp_path)
    assert table.sample("x").values.tolist() == [1.0, 2.0, 2.5]  # type: ignore[union-attr]
    assert table.sample("y").levels == ("1", "2", "b", "c")  # type: ignore[union-attr]
    assert table.sample("only").missing == 2
    assert table.problems == (
        "Column y is integer and text in different files: it is read as text.",
        "Column only is in 1 of 2 files: rows of the others have no value of it.",
    )


def test_all_of_a_csv_file_says_what_a_column_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlops_console.drift.tables import blocks

    lines = [f"{i},{i / 4},0{i},{i}" for i in range(30_000)]
    lines[29_000] = "bad,1e3,1,29000"
    (tmp_path / "t.csv").write_text("\n".join(["a,b,zip,d", *lines, ""]))
    clean = [f"{i},{i / 4},0{i},{i}" for i in range(30_000)]
    (tmp_path / "clean.csv").write_text("\n".join(["a,b,zip,d", *clean, ""]))
    monkeypatch.setattr(blocks, "BLOCK", 1 << 16)
    monkeypatch.setattr(blocks.blocks, "__kwdefaults__", {"size": 1 << 16})
    table, other = open_table(tmp_path / "t.csv"), open_table(tmp_path / "clean.csv")
    said = {name: one.dtype for name, one in table.columns().items()}
    assert said == {"a": "text", "b": "decimal number", "zip": "text", "d": "integer"}
    assert table.frame(["a"])["a"].to_list() == [line.split(",")[0] for line in lines]
    assert table.frame(["d"]).equals(other.frame(["d"]))
    assert table.sample("a", "numeric").missing == 1
    assert other.columns()["a"].dtype == "integer"


@pytest.mark.parametrize("nothing", ["", "NaN", "NA", "null", "None", " ", "n/a"])
def test_words_for_nothing(tmp_path: Path, nothing: str) -> None:
    (tmp_path / "t.csv").write_text(f"x,c\n1.5,a\n{nothing},{nothing}\n-inf,b\n")
    table = open_table(tmp_path / "t.csv")
    x, c = table.sample("x"), table.sample("c")
    assert (x.missing, x.infinite, x.values.tolist()) == (1, 1, [1.5])  # type: ignore[union-attr]
    assert (c.missing, c.levels) == (1, ("a", "b"))  # type: ignore[union-attr]


@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=False)), min_size=1, max_size=30))
def test_numbers_survive_csv(tmp_path_factory: pytest.TempPathFactory, values: list[float | None]) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_text("k,x\n" + "".join(f"r,{'' if one is None else repr(one)}\n" for one in values))
    found = open_table(path).sample("x", "numeric")
    assert found.values.tolist() == sorted(one for one in values if one is not None and math.isfinite(one))  # type: ignore[union-attr]


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@given(st.lists(CELLS, min_size=1, max_size=20), st.integers(30, 200))
def test_texts_survive_csv_however_it_is_cut(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str], size: int
) -> None:
    """Reference: Python's csv module writes and reads them."""
    import csv
    import io

    from mlops_console.drift.tables.blocks import blocks
    from mlops_console.drift.tables.delimited import Delimited
    from mlops_console.drift.tables.places import DataFile

    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        [("k", "c"), *(("r", f"!{one}") for one in cells)]
    )
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(written.getvalue().encode())
    form, read = Delimited("t.csv", tabs=False), []
    for block in blocks(DataFile(str(path)), packed=False, quoted=True, size=size):
        read += form.texts(block, None)["c"].to_list()
    assert read == [f"!{one}" for one in cells]


def test_rows_are_drawn_the_same_whatever_was_read_before(tmp_path: Path) -> None:
    pl.DataFrame({"x": range(50_000), "y": [f"l{i % 9}" for i in range(50_000)]}).write_parquet(
        tmp_path / "t.parquet"
    )
    one, other = open_table(tmp_path / "t.parquet"), open_table(tmp_path / "t.parquet")
    one.sample("y")
    drawn = one.some_rows(["x", "y"], 2_000)
    assert drawn.equals(other.some_rows(["x", "y"], 2_000))
    assert drawn["x"].n_unique() == drawn.height == 2_000
    assert (drawn["x"] % 9).to_list() == [int(level[1:]) for level in drawn["y"]]
    assert not drawn.equals(other.some_rows(["x", "y"], 2_000, seed=1))
    assert one.some_rows(["x"], 10**9).height == 50_000


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    table = open_table(write(tmp_path / "t.parquet"))
    with pytest.raises(DataError, match="has no column nn") as caught:
        table.sample("nn")
    assert caught.value.hint == "its columns: n …"
