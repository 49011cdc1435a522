"""What can be seen of files of all kinds, hostile ones among them."""

import bz2
import gzip
import io
import json
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from mlops_console.display import safe_text
from mlops_console.readers.previews import preview
from mlops_console.readers.previews.model import Preview

Look = Callable[..., Preview]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    def at(name: str, data: bytes | str | None = None, width: int = 80, height: int = 20) -> Preview:
        if data is not None:
            (tmp_path / name).write_bytes(data.encode() if isinstance(data, str) else data)
        return preview(str(tmp_path), name, width, height)

    return at


def texts(shown: Preview) -> list[str]:
    return ["".join(text for text, _ in row) for row in shown.rows]


def styles(shown: Preview) -> dict[str, str]:
    return {text: style for row in shown.rows for text, style in row}


def test_text_is_shown_safely(look: Look) -> None:
    shown = look("notes.txt", "one\n\ttwo \x1b[31mred\x1b[0m \x07 \u202e\n" + "x" * 5000 + "\n")
    assert shown.kind == "text"
    assert texts(shown)[:2] == ["one", "    two red ␇ <202e>"]
    assert len(texts(shown)[2]) <= 400
    assert ("lines", "3") in shown.facts


@pytest.mark.parametrize(
    ("data", "line", "encoding"),
    [
        ("é".encode("latin1") + b"t", "ét", "windows-1252?"),
        ("\ufeffé".encode("utf-16-le"), "é", "utf-16-le"),
        (b"\xef\xbb\xbfhello", "hello", "utf-8"),
    ],
)
def test_text_in_other_encodings(look: Look, data: bytes, line: str, encoding: str) -> None:
    shown = look("a.txt", data)
    assert texts(shown) == [line]
    assert dict(shown.facts)["encoding"] == encoding


def test_a_letter_at_the_cut_is_no_reason_to_doubt_the_encoding(look: Look) -> None:
    shown = look("a.txt", "x" + "é" * 200_000)
    assert dict(shown.facts)["encoding"] == "utf-8"
    assert shown.note.startswith("The first")


def test_json_is_laid_out_in_colours(look: Look) -> None:
    shown = look(
        "c.json", json.dumps({"lr": 0.1, "name": "a\x1b", "sizes": [1, 2], "deep": {"x": [], "y": [{}]}})
    )
    assert texts(shown)[:4] == ["{", '  "lr": 0.1,', '  "name": "a\\u001b",', '  "sizes": [1, 2],']
    assert json.loads("\n".join(texts(shown))) == json.loads(
        '{"lr":0.1,"name":"a\\u001b","sizes":[1,2],"deep":{"x":[],"y":[{}]}}'
    )
    seen = styles(shown)
    assert (seen['"lr"'], seen["0.1"], seen['"a\\u001b"']) == ("key", "number", "string")
    assert ("holds", "4 keys") in shown.facts


def test_broken_json_is_shown_with_the_place(look: Look) -> None:
    shown = look("c.json", '{"a": 1,\n "b": }\n')
    assert "line 2, column 7" in shown.note
    assert ("}", "bad") in shown.rows[1]


@pytest.mark.parametrize(
    "bomb", ["[" * 100_000, '{"a":' * 60_000, '"' + "\\" * 99_999, "[1," * 90_000, "1" * 9_000]
)
def test_bombs_of_json_are_shown_as_far_as_they_go(look: Look, bomb: str) -> None:
    shown = look("c.json", bomb)
    assert shown.kind == "json"
    assert shown.note
    assert len(shown.rows) <= 400


def test_a_large_document_is_shown_by_its_head(look: Look) -> None:
    shown = look("c.json", json.dumps([{"step": i} for i in range(100_000)]))
    assert texts(shown)[:3] == ["[", "  {", '    "step": 0']
    assert shown.note == "The first 400 rows of 1.7 MB."


def test_json_lines(look: Look) -> None:
    shown = look("m.jsonl", '{"a": 1}\nnot json\n{"a": NaN}\n')
    assert texts(shown) == ['{"a": 1}', "not json", '{"a": NaN}']
    assert shown.note == "1 of these lines is no JSON."


def test_yaml_in_colours_and_what_is_wrong_with_it(look: Look) -> None:
    shown = look("c.yaml", "lr: 1e-3\nname: 'x'  # why\nl:\n  - a\n  - b: 2\n")
    assert texts(shown)[1] == "name: 'x'  # why"
    seen = styles(shown)
    assert (seen["lr"], seen[" 1e-3"], seen["  - "]) == ("key", "number", "muted")
    assert "line 2" in look("bad.yaml", "a: 1\n  b: [\n").note
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join('*' + a for _ in range(9))}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert "aliases" in look("bomb.yaml", bomb).note


def test_tables_of_text(look: Look) -> None:
    shown = look("t.csv", "step,loss,name\n" + "".join(f"{i},{i / 8},n{i}\n" for i in range(300)))
    head, kinds, first, second, *_ = texts(shown)
    assert head.split() == ["step", "loss", "name"]
    assert kinds.split() == ["int", "float", "text"]
    assert [row.index("0") for row in (first,)] == [head.index("step") + 3]
    assert second.split() == ["1", "0.125", "n1"]
    assert ("rows", "300") in shown.facts
    assert shown.note == "The first 100 rows of a file of 4.3 kB."
    wide = look(
        "w.tsv", "\t".join(f"column{i}" for i in range(200)) + "\n" + "\t".join("1" for _ in range(200))
    )
    assert max(map(len, texts(wide))) <= 80
    assert "more columns have no room" in wide.note


@pytest.mark.parametrize(
    "data", ["", "\n\n", '"' + "x" * 300_000, ",,,,\n,,", "a" * 300_000, '"a\n"b",c\n\x00']
)
def test_odd_tables_are_shown_somehow(look: Look, data: str) -> None:
    assert look("t.csv", data).kind in ("table", "text", "binary")


def test_parquet_and_feather(look: Look, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "step": range(500),
            "loss": [i / 8 for i in range(500)],
            "who": ["a\x1b[2J", None] * 250,
            "l": [[1]] * 500,
        }
    )
    frame.write_parquet(tmp_path / "t.parquet")
    frame.write_ipc(tmp_path / "t.feather")
    for name in ("t.parquet", "t.feather"):
        shown = look(name)
        assert shown.kind == "table"
        assert {("rows", "500"), ("columns", "4")} <= set(shown.facts)
        assert texts(shown)[1].split()[:2] == ["int64", "float64"]
        assert texts(shown)[3].split()[:2] == ["1", ".125"]
        assert "\x1b" not in "".join(texts(shown))
    data = (tmp_path / "t.parquet").read_bytes()
    assert "can't be read as a table" in look("cut.parquet", data[: len(data) // 2]).note
    lie = tmp_path / "large.parquet"
    lie.write_bytes(b"PAR1")
    os.truncate(lie, 2_000_000_000)
    with lie.open("ab") as out:
        out.write((1_999_999_000).to_bytes(4, "little") + b"PAR1")
    assert "would take 2 GB" in look("large.parquet").note
    assert "can't be read as a table" in look("lie.parquet", b"PAR1" + b"\xff" * 100 + b"PAR1").note


def test_pictures_keep_their_shape(look: Look, tmp_path: Path) -> None:
    image = Image.new("RGB", (40, 20), "#102030")
    image.paste((255, 0, 0), (20, 0, 40, 20))
    for form in ("png", "jpeg", "gif", "webp", "bmp"):
        image.save(tmp_path / f"p.{form}")
        shown = look(f"p.{form}", None, 20, 20)
        assert shown.kind == "image"
        assert ("pixels", "40 x 20") in shown.facts
        assert [len(text) for text in texts(shown)] == [20] * 5
    png = look("p.png", None, 20, 20)
    assert png.rows[0] == (("▀" * 10, "#102030 on #102030"), ("▀" * 10, "#ff0000 on #ff0000"))
    assert len(look("p.png", None, 200, 60).rows) == 40
    odd = Image.new("L", (9, 5), 255)
    odd.save(tmp_path / "odd.png")
    assert look("odd.png", None, 9, 9).rows[-1] == (("▀" * 9, "#ffffff"),)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_pictures_of_all_modes(look: Look, tmp_path: Path, mode: str) -> None:
    form = "jpeg" if mode == "CMYK" else "png"
    Image.new(mode, (16, 16), 1).save(tmp_path / f"p.{form}")
    shown = look(f"p.{form}")
    assert (shown.kind, shown.note, bool(shown.rows)) == ("image", "", True)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(wide: int, high: int, pixels: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_bombs_of_pictures_are_not_decoded(look: Look) -> None:
    shown = look("bomb.png", png(60_000, 60_000, zlib.compress(b"\0" * 10_000_000)))
    assert (shown.rows, shown.note) == ((), "Not shown: 60,000 x 60,000 pixels would take too much memory.")
    assert ("pixels", "60,000 x 60,000") in shown.facts
    for data in (
        png(100, 100, b"rubbish"),
        png(0, 5, b""),
        b"\x89PNG\r\n\x1a\nrubbish",
        b"GIF89a",
        b"\xff\xd8\xff\xe0",
    ):
        assert look("bad.png", data).note
    assert "no picture" in look("no.png", b"\0\1\2\3" * 9).note


def test_arrays(look: Look, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(200.0).reshape(10, 20))
    shown = look("a.npy")
    assert {("type", "<f8"), ("shape", "10 x 20"), ("values", "200")} <= set(shown.facts)
    assert texts(shown)[0].startswith("0, 1, 2, 3")
    np.savez_compressed(tmp_path / "b.npz", x=np.arange(5), y=np.ones((3, 4)))
    assert [row.split() for row in texts(look("b.npz"))[1:]] == [
        ["x", "<i8", "5", "5"], ["y", "<f8", "3", "x", "4", "12"],
    ]  # fmt: skip
    np.save(tmp_path / "o.npy", np.array([{}], object), allow_pickle=True)
    assert "not loaded" in look("o.npy").note
    assert look("bad.npy", b"\x93NUMPY\x01\x00\xff\xff{").note
    assert look("bad.npz", b"PK\x03\x04rubbish").note


def test_archives_are_listed_never_unpacked(look: Look, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../evil", "x")
        archive.writestr("zeros", b"\0" * 5_000_000)
    assert [row.split()[-1] for row in texts(look("z.zip"))[1:]] == ["../../evil", "zeros"]
    assert ("unpacked", "5 MB") in look("z.zip").facts
    for name, mode in (("t.tar", "w"), ("t.tgz", "w:gz"), ("t.tar.bz2", "w:bz2"), ("t.tar.xz", "w:xz")):
        with tarfile.open(tmp_path / name, mode) as archive:
            member = tarfile.TarInfo("/etc/passwd")
            member.size = 3
            archive.addfile(member, io.BytesIO(b"abc"))
        shown = look(name)
        assert (shown.kind, texts(shown)[1].split()[-1]) == ("archive", "/etc/passwd")
    assert not (tmp_path.parent / "evil").exists()
    bomb = tarfile.TarInfo("zeros")
    bomb.size = 1 << 40
    shown = look("bomb.tgz", gzip.compress(bomb.tobuf() + b"\0" * (40 << 20)))
    assert (shown.kind, texts(shown)[1].split()[-1]) == ("archive", "zeros")
    assert texts(look("t.csv.gz", gzip.compress(b"a,b\n1,2\n")))[2].split() == ["1", "2"]
    assert texts(look("a.log.bz2", bz2.compress(b"hello\n"))) == ["hello"]
    assert look("cut.gz", gzip.compress(os.urandom(9999))[:20]).note


def test_bytes_that_nothing_is_known_of(look: Look) -> None:
    shown = look("x.bin", bytes(range(256)) * 9)
    assert shown.kind == "binary"
    assert len(shown.rows) == 16
    assert texts(shown)[2].endswith(" !\"#$%&'()*+,-./")
    assert ("seems to be", "SQLite database") in look("m.db", b"SQLite format 3\0" + b"\0" * 99).facts
    assert look("none.txt", b"").note == "The file is empty."


@pytest.mark.parametrize(
    "name", ["big.log", "big.csv", "big.json", "big.bin", "big.png", "big.npy", "big.pt", "big.yaml"]
)
def test_gigabytes_are_seen_by_their_head(look: Look, tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.write(b"a,b\n" * 10 if name.endswith(("csv", "log")) else b"{" if name.endswith("json") else b"")
        file.truncate(3 << 30)
    assert look(name).facts[0] == ("size", "3.2 GB")


def test_what_is_no_file_is_said(look: Look, tmp_path: Path) -> None:
    (tmp_path / "pw.txt").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.csv")
    for name, words in (
        ("pw.txt", "links are not followed"), ("pipe.csv", "not a regular file"), ("gone.txt", "is gone"),
        ("../x", "out of the project"), ("/etc/passwd", "out of the project"), ("a\0b", "out of the project"),
    ):  # fmt: skip
        shown = look(name)
        assert (shown.kind, shown.rows) == ("none", ())
        assert words in shown.note


def test_folders_are_listed_or_the_model_that_they_are(look: Look, tmp_path: Path) -> None:
    (tmp_path / "out" / "inner").mkdir(parents=True)
    (tmp_path / "out" / "a\x1b.txt").write_text("x")
    assert (look("out").kind, texts(look("out"))) == ("folder", ["inner/", "a␛.txt"])
    assert look("out/inner").note == "The folder is empty."
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "MLmodel").write_text("flavors:\n  python_function:\n    loader_module: x\n")
    shown = look("model")
    assert (shown.kind, dict(shown.facts)["format"]) == ("model", "mlflow")
    (tmp_path / "way").symlink_to("/etc")
    assert "links are not followed" in look("way").note
    assert look(".").kind == "folder"


NAMES = st.sampled_from(
    ["a.txt", "a.json", "a.jsonl", "a.yaml", "a.csv", "a.log", "a.html", "a.npy", "a.bin"]
)
HEADS = st.sampled_from(
    [
        b"",
        b"\x93NUMPY\x01\x00",
        b"PK\x03\x04",
        b"\x1f\x8b\x08\x00",
        b"BZh9",
        b"GIF89a",
        b"BM",
        b"{",
        b"[",
        b"ARROW1",
    ]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NAMES, HEADS, st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_any_bytes_give_rows_that_are_safe_to_draw(look: Look, name: str, head: bytes, data: bytes) -> None:
    shown = look(name, head + data)
    for row in shown.rows:
        for text, style in row:
            assert text == safe_text(text, 10_000)
            assert style
