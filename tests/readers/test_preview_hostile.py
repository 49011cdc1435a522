"""Files made to hurt whoever looks at them: said in a sentence, quickly, and nothing in them is run."""

import io
import os
import pickle
import struct
import zipfile
import zlib
from pathlib import Path
from time import process_time

import polars as pl
import pytest

from mlops_console.readers.modelfiles import describe
from mlops_console.readers.previews import preview

WIDE = 65_000


class Evil:
    """Leaves a file behind if anybody loads it."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.mark}",)


def npy(kind: str, shape: str, values: bytes = b"") -> bytes:
    words = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(words)) + words + values


def png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def shown(root: Path, name: str):
    began = process_time()
    found = preview(str(root), name, 100, 40)
    assert process_time() - began < 5
    return found


def test_a_picture_that_would_fill_the_memory(tmp_path):
    (tmp_path / "big.png").write_bytes(png(WIDE, WIDE))
    assert "65,000 x 65,000 pixels" in shown(tmp_path, "big.png").note


@pytest.mark.parametrize(("length", "cut"), [(0xFFFFFFF0, None), (0, -200), (10**6, None)])
def test_a_table_whose_end_is_damaged(tmp_path, length, cut):
    pl.DataFrame({"a": range(1_000)}).write_parquet(tmp_path / "t.parquet")
    data = (tmp_path / "t.parquet").read_bytes()
    data = data[:cut] + b"PAR1" if cut else data[:-8] + struct.pack("<I", length) + b"PAR1"
    (tmp_path / "t.parquet").write_bytes(data)
    assert "cut off, or still being written" in shown(tmp_path, "t.parquet").note


def test_a_table_whose_list_of_columns_is_noise(tmp_path):
    pl.DataFrame({"a": range(1_000)}).write_parquet(tmp_path / "t.parquet")
    data = (tmp_path / "t.parquet").read_bytes()
    size = int.from_bytes(data[-8:-4], "little")
    (tmp_path / "t.parquet").write_bytes(data[: -8 - size] + b"\xff" * size + data[-8:])
    assert "It can't be read as a table" in shown(tmp_path, "t.parquet").note


def test_arrays_of_pickled_objects_are_told_and_not_loaded(tmp_path):
    evil = pickle.dumps(Evil(tmp_path / "owned"))
    with zipfile.ZipFile(tmp_path / "evil.npz", "w") as archive:
        archive.writestr("a.npy", npy("|O", "(1,)", evil))
        archive.writestr("b.npy", npy("<f8", "(0,)"))
    assert shown(tmp_path, "evil.npz").note == "One of them holds pickled objects, which are not loaded."
    assert "posix.system" in str(describe(str(tmp_path), "evil.npz").as_json())
    assert not (tmp_path / "owned").exists()


def test_a_pickle_in_a_model_in_an_archive_is_only_listed(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Evil(tmp_path / "owned")))
        archive.writestr("archive/version", "3")
    (tmp_path / "model.pt").write_bytes(inner.getvalue())
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("model.pt", inner.getvalue())
    assert "model.pt" in str(shown(tmp_path, "all.zip").rows)
    assert describe(str(tmp_path), "model.pt").as_json()["dangerous"]
    assert shown(tmp_path, "model.pt").kind == "model"
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("shape", ["(-1,)", f"({'9' * 30},)", f"({'9,' * 3_000})", "('x',)", "5"])
def test_shapes_that_no_array_has(tmp_path, shape):
    (tmp_path / "a.npy").write_bytes(npy("<f8", shape))
    assert "its header can't be read" in shown(tmp_path, "a.npy").note
    assert "damaged NumPy header" in str(describe(str(tmp_path), "a.npy").as_json())


def test_json_and_logs_of_gigabytes(tmp_path):
    for name in ("huge.json", "huge.log"):
        with open(tmp_path / name, "wb") as file:
            file.write(b'{"a": [' + b"1234567,\n" * 100_000)
            file.truncate(2 << 30)
        assert "2.1 GB" in str((found := shown(tmp_path, name)).facts) or "2.1 GB" in found.note


def test_a_name_that_is_no_text(tmp_path):
    (tmp_path / "caf\udce9.txt").write_bytes(b"hello\n")
    assert "hello" in str(shown(tmp_path, "caf\udce9.txt").rows)
