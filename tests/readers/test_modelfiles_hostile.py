"""Model files that lie, are cut off, or want to run: described within bounds, and nothing of them runs."""

import bz2
import gzip
import json
import lzma
import os
import pickle
import struct
import subprocess
import sys
import time
import zipfile
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.readers.model_files import FORMATS, SAMPLES, describe, identify, written

SECONDS = 1.0


class Evil:
    """What an attack looks like: a pickle that calls `os.system` when it is loaded."""

    def __init__(self, command):
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


def bounded(path):
    """Describe a file, and hold it to its bound of CPU."""
    began = time.process_time()
    told = describe(path)
    assert time.process_time() - began < SECONDS
    json.dumps(told.as_json(), allow_nan=False)
    return told


def torch_zip(path, data, name="data.pkl"):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"archive/{name}", data)
        archive.writestr("archive/version", "3\n")
    return path


@pytest.fixture
def sentinel(tmp_path):
    return tmp_path / "it-ran"


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    "name", ["model.pkl", "model.joblib.gz", "model.pt", "legacy.pth", "weights.npz", "m/model.pkl"]
)
def test_an_attack_is_named_and_does_not_run(tmp_path, sentinel, protocol, name):
    data = pickle.dumps({"weights": [1, 2], "x": Evil(f"touch {sentinel}")}, protocol=protocol)
    path = tmp_path / name
    if name == "model.joblib.gz":
        path.write_bytes(gzip.compress(data))
    elif name == "model.pt":
        torch_zip(path, data)
    elif name == "legacy.pth":
        start = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03."
        start += b"\x80\x02}q\x00X\n\x00\x00\x00type_sizesK\x01s."
        path.write_bytes(start + data)
    elif name == "weights.npz":
        head = b"\x93NUMPY\x01\x00" + struct.pack("<H", 64)
        head += b"{'descr': '|O', 'fortran_order': False, 'shape': (1,)}".ljust(64)
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.npy", head + data)
    else:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    if name == "m/model.pkl":
        (path.parent / "MLmodel").write_text("flavors:\n  python_function:\n    loader_module: x\n")
        path = path.parent
    else:
        assert identify(path) is not None
    told = describe(path)
    assert not sentinel.exists()
    assert told.unsafe_format
    assert any(word in told.dangerous for word in ("posix.system", "nt.system", "os.system"))
    assert any("system" in sentence for sentence in told.warnings)


def test_the_attack_would_have_worked(sentinel):
    pickle.loads(pickle.dumps(Evil(f"touch {sentinel}")))
    assert sentinel.exists()


@pytest.mark.parametrize(
    ("hidden", "named"),
    [
        # The name is put together on the stack, remembered under an odd number, or stands behind an end.
        (b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x01x\x85R.", "os.system"),
        (b"\x80\x04\x8c\x02os\x94\x8c\x06systemr\x00\x01\x00\x00h\x00j\x00\x01\x00\x00\x93.", "os.system"),
        (b"\x80\x02cbuiltins\nexec\nX\x01\x00\x00\x00x\x85R.", "builtins.exec"),
        (b"\x80\x02(X\x01\x00\x00\x00xios\nsystem\n.", "os.system"),
        (b"\x80\x04K\x01K\x02\x93.", "unknown.unknown"),
        (b"\x80\x02N.\x80\x02csubprocess\nPopen\n.", "subprocess.Popen"),
        (b"\x80\x02cos\nsystem\n" + b"\x42\xff\xff\xff\x7f", "os.system"),
        (b"\x80\x02cruntime.x\nos.system\n0cwebbrowser\nopen\nN.", "webbrowser.open"),
    ],
)
def test_dangerous_names_are_found_where_they_hide(tmp_path, hidden, named):
    told = describe(written(tmp_path, "model.pkl", hidden))
    assert named in told.dangerous


def test_what_joblib_would_pass_over_is_scanned_as_well(tmp_path):
    """A joblib array whose numbers are opcodes, for whoever loads the file with pickle instead."""
    array = (
        b"\x80\x02cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(X\x05\x00\x00\x00shapeK\x08\x85"
        b"X\x05\x00\x00\x00dtypecnumpy\ndtype\nX\x02\x00\x00\x00u1\x85R"
        b"X\x1b\x00\x00\x00numpy_array_alignment_bytesK\x10ub"
    )
    attack = b"cos\nsystem\n(X\x04\x00\x00\x00true\x85R0"
    numbers = attack.ljust(1 + attack[0], b"0") + bytes(8)
    told = describe(written(tmp_path, "m.joblib", array + numbers + b"."))
    assert [tensor.shape for tensor in told.tensors] == [(8,)]
    assert "os.system" in told.dangerous


def test_a_clean_pickle_is_never_called_safe():
    told = describe(SAMPLES / "forest.pkl")
    assert told.dangerous == ()
    assert told.unsafe_format
    assert "can run any code" in told.warnings[0]


def test_a_scanner_that_fails_is_a_warning(tmp_path, monkeypatch):
    import picklescan.scanner

    def broken(*_args, **_keywords):
        raise ValueError("found 1 value instead of 2")

    monkeypatch.setattr(picklescan.scanner, "scan_pickle_bytes", broken)
    told = describe(SAMPLES / "forest.pkl")
    assert any("scanner for dangerous imports failed" in sentence for sentence in told.warnings)


def test_the_scanner_says_nothing_on_the_terminal(tmp_path, capfd, sentinel):
    describe(written(tmp_path, "m.pkl", pickle.dumps(Evil(f"touch {sentinel}"))))
    describe(written(tmp_path, "n.pkl", b"\x80\x04\x8c\x02os"))
    assert capfd.readouterr() == ("", "")


SAFETENSORS = {"w": {"dtype": "F32", "shape": [1 << 40, 1 << 40], "data_offsets": [0, 1 << 62]}}
HOSTILE = {
    "length.safetensors": struct.pack("<Q", 1 << 62) + b'{"a":1}',
    "header.safetensors": struct.pack("<Q", 90 << 20) + b'{"' + b"a" * 1000,
    "deep.safetensors": struct.pack("<Q", 200_000) + b'{"a":' + b"[" * 199_995,
    "shapes.safetensors": struct.pack("<Q", len(json.dumps(SAFETENSORS))) + json.dumps(SAFETENSORS).encode(),
    "long4.pkl": b"\x80\x02\x8b\xff\xff\xff\x7f1234",
    "binbytes8.pkl": b"\x80\x04\x8e" + b"\xff" * 8 + b"x",
    "unicode8.pkl": b"\x80\x04\x8d\x00\x00\x00\x00\x00\x01\x00\x00abc.",
    "memo.pkl": b"\x80\x04N" + b"\x94" * 500_000 + b".",
    "memos.pkl": b"\x80\x04" + b"\x8c\x01a\x8c\x01b" + (b"\x94" * 50 + b"\x93\x8c\x01b") * 5_000 + b".",
    "put.pkl": b"\x80\x02N" + b"r\xff\xff\xff\xff" * 100_000 + b".",
    "marks.pkl": b"\x80\x02" + b"(" * 600_000 + b".",
    "bomb.pkl": b"\x80\x02]q\x00" + b"(h\x00h\x00h\x00h\x00l0" * 1 + b"(" + b"2" * 300_000 + b"t.",
    "laughs.pkl": b"\x80\x02K\x01" + b"2\x86" * 250_000 + b".",
    "dots.pkl": b"\x80\x02N." + b"\x80\x02N." * 100_000,
    "ends.pkl": b"\x80\x02N" + b"." * 200_000,
    "line.pkl": b"\x80\x02c" + b"a" * 3_000_000,
    "int.pkl": b"\x80\x02I" + b"9" * 500_000 + b"\n.",
    "setitems.pkl": b"\x80\x02}(" + b"K\x01" * 100_001 + b"u.",
    "lies.onnx": b"\x08\x0a\x12\x08skl2onnx:\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
    "endless.onnx": b"\x08\x0a\x12\x08skl2onnx" + b"\x08\x01" * 400_000,
    "varint.onnx": b"\x08\x0a\x12\x08skl2onnx" + b"\xff" * 100,
    "gguf.gguf": b"GGUF\x03\x00\x00\x00" + b"\xff" * 40,
    "list.gguf": b"GGUF\x03\0\0\0" + struct.pack("<QQQ", 1, 1, 1) + b"a" + struct.pack("<IIQ", 9, 8, 1 << 60),
    "bomb.joblib.gz": gzip.compress(b"\x80\x04N" + bytes(300 << 20)),
    "bomb.joblib.xz": lzma.compress(b"\x80\x04N" + bytes(60 << 20)),
    "bomb.joblib.bz2": bz2.compress(b"\x80\x04N" + bytes(30 << 20)),
    "dictionary.joblib.xz": b"\x5d\x00\x00\xff\xff" + b"\xff" * 8 + bytes(100),
    "lz4.joblib.lz4": b"\x04\x22\x4d\x18\x60\x70\x73" + b"\xff\xff\xff\x7f" + b"\xff" * 5_000,
    "hdf5.weights.h5": b"\x89HDF\r\n\x1a\n" + b"\xff" * 3_000,
    "flat.tflite": b"\x1c\x00\x00\x00TFL3" + b"\xff" * 500,
    "vectors.tflite": b"\x08\x00\x00\x00TFL3" + bytes(range(256)) * 8,
    "legacy.bst": b"binf" + bytes(132) + struct.pack("<Q", 14) + b"reg:squarederr" + b"\xff" * 8,
    "model.cbm": b"CBM1" + b"\xff" * 4 + b'{"' * 50_000,
    "model.json": b'{"learner":{"gradient_booster":' + b'{"learner_model_param":' * 5_000,
    "model.txt": b"tree\nversion=v4\nfeature_names=" + b"a " * 200_000,
    "npy_model.npy": b"\x93NUMPY\x01\x00" + struct.pack("<H", 60_000) + b"(" * 60_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_files_that_lie_get_a_bounded_description(tmp_path, name):
    path = written(tmp_path, name, HOSTILE[name])
    identify(path)
    bounded(path)


def test_files_that_lie_do_not_fill_the_memory(tmp_path):
    """All of them, one after the other, in one process: its largest size is what counts."""
    for name, data in HOSTILE.items():
        written(tmp_path, name, data)
    code = f"""
import resource
from mlops_console.readers import modelfiles
modelfiles.describe({str(SAMPLES)!r}, "forest.pkl")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in {sorted(HOSTILE)!r}:
    modelfiles.describe({str(tmp_path)!r}, name)
    now = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if now - before > 1024 * 100:
        print(name, now - before)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == ""


LOUD = set(HOSTILE) - {
    *("memo.pkl", "dots.pkl", "ends.pkl", "int.pkl", "setitems.pkl", "flat.tflite", "vectors.tflite"),
    *("legacy.bst", "model.json", "put.pkl"),
}


@pytest.mark.parametrize("name", sorted(LOUD))
def test_files_that_lie_are_said_to(tmp_path, name):
    told = describe(written(tmp_path, name, HOSTILE[name]))
    assert [sentence for sentence in told.warnings if "can run any code" not in sentence]


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02N" + bytes(200 << 20))
    told = bounded(tmp_path / "bomb.pt")
    assert any("unpacks to more than" in sentence for sentence in told.warnings)
    with zipfile.ZipFile(tmp_path / "bomb.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.json", b" " * (100 << 20))
        archive.writestr("config.json", b"{" + b'"a":[' * 1_000)
    assert bounded(tmp_path / "bomb.keras").warnings


def test_names_that_lead_out_of_an_archive_are_only_said(tmp_path):
    with zipfile.ZipFile(tmp_path / "model.pt", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({}, 2))
        archive.writestr("../../../escaped", "x")
    told = describe(tmp_path / "model.pt")
    assert any("lead out of it" in sentence for sentence in told.warnings)
    assert not (tmp_path.parent / "escaped").exists()


def test_an_archive_of_countless_entries(tmp_path):
    with zipfile.ZipFile(tmp_path / "model.pt", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({}, 2))
        for number in range(30_000):
            archive.writestr(f"archive/data/{number}", b"")
    assert bounded(tmp_path / "model.pt").details["entries"] == 30_001


def test_a_model_of_very_many_tensors(tmp_path):
    header = {
        f"layer.{number}.weight": {"dtype": "F32", "shape": [1], "data_offsets": [4 * number, 4 * number + 4]}
        for number in range(30_000)
    }
    text = json.dumps(header).encode()
    told = bounded(written(tmp_path, "m.safetensors", struct.pack("<Q", len(text)) + text + bytes(120_000)))
    assert (told.tensors_total, told.parameters, len(told.tensors)) == (30_000, 30_000, 200)
    assert not told.warnings


def test_five_gigabytes_are_read_by_their_headers(tmp_path):
    def grow(path):
        os.truncate(path, 5 << 30)
        return path

    entry = {"w": {"dtype": "F32", "shape": [1 << 30], "data_offsets": [0, 4 << 30]}}
    text = json.dumps(entry).encode()
    path = grow(written(tmp_path, "m.safetensors", struct.pack("<Q", len(text)) + text))
    assert bounded(path).parameters == 1 << 30
    told = bounded(grow(written(tmp_path, "m.pkl", b"\x80\x04\x8e" + struct.pack("<Q", 4 << 30))))
    assert told.size == 5 << 30
    bounded(grow(written(tmp_path, "z.pkl", b"\x80\x04N.")))
    bounded(grow(written(tmp_path, "t.pt", (SAMPLES / "mlp_state.pt").read_bytes())))
    bounded(grow(written(tmp_path, "o.onnx", (SAMPLES / "net.onnx").read_bytes())))
    bounded(grow(written(tmp_path, "h.h5", (SAMPLES / "legacy.h5").read_bytes())))
    bounded(grow(written(tmp_path, "model.json", (SAMPLES / "named_model.json").read_bytes())))
    bounded(grow(written(tmp_path, "m.ubj", (SAMPLES / "named.ubj").read_bytes())))


def test_a_torch_zip_of_gigabytes_costs_what_its_pickle_costs(tmp_path):
    """A stored entry of 5 GB, as PyTorch writes them, made of a hole in the file."""
    path = tmp_path / "big.pt"
    inner = zipfile.ZipFile(SAMPLES / "mlp_state.pt").read("mlp_state/data.pkl")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("big/data.pkl", inner)
    directory = path.read_bytes()
    start = directory.find(b"PK\x01\x02")
    tail = directory[start:]
    moved = 5 << 30
    with path.open("r+b") as file:
        file.truncate(moved)
        file.seek(moved)
        file.write(tail[:-22])
        size = len(tail) - 22
        file.write(struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, moved))
        file.write(struct.pack("<4sIQI", b"PK\x06\x07", 0, moved + size, 1))
        file.write(struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, size, 0xFFFFFFFF, 0))
    told = bounded(path)
    assert (told.format, told.parameters, told.warnings[1:]) == ("torch-state-dict", 530, ())


@pytest.mark.parametrize("name", FORMATS)
def test_files_that_are_cut_off_are_described_with_a_warning(tmp_path, name):
    whole = (SAMPLES / name).read_bytes()
    full = describe(SAMPLES / name)
    for share in (0.0, 0.1, 0.5, 0.9, 0.999):
        told = describe(written(tmp_path, name, whole[: int(len(whole) * share)]))
        json.dumps(told.as_json(), allow_nan=False)
        if name not in ("named_model.json", "named.ubj", "model.ubj", "dense_model.json", "mlp.safetensors"):
            assert told.warnings or told.tensors == full.tensors


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(FORMATS)),
    edits=st.lists(
        st.tuples(
            st.floats(0, 1, exclude_max=True),
            st.integers(0, 12),
            st.one_of(
                st.binary(max_size=9), st.sampled_from([b"\xff" * 8, b"\x00" * 4, b".", b"(", b"\x94"])
            ),
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_changed_bytes_never_raise(tmp_path, name, edits):
    data = (SAMPLES / name).read_bytes()
    for place, length, new in edits:
        at = int(place * len(data))
        data = data[:at] + new + data[at + length :]
    path = written(tmp_path, name, data)
    identify(path)
    began = time.process_time()
    told = describe(path)
    assert time.process_time() - began < SECONDS
    json.dumps(told.as_json(), allow_nan=False)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=400), name=st.sampled_from(["m.pt", "m.pkl", "m.onnx", "m.gguf", "m.h5", "m.ubj"])
)
def test_any_bytes_never_raise(tmp_path, data, name):
    starts = {
        "m.onnx": b"\x08\x07\x12",
        "m.gguf": b"GGUF",
        "m.h5": b"\x89HDF\r\n\x1a\n",
        "m.ubj": b"{L\0\0\0\0\0\0\0\x07learner",
    }
    path = written(tmp_path, name, starts.get(name, b"") + data)
    identify(path)
    json.dumps(describe(path).as_json(), allow_nan=False)


def test_looking_at_names_loads_no_scanner():
    code = (
        "import sys\nfrom mlops_console.readers import artifacts\n"
        f"assert artifacts.list_files({str(SAMPLES)!r}, '.').models\n"
        "print([m for m in ('picklescan', 'sklearn', 'joblib', 'polars', 'PIL') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_zlib_streams_that_never_end(tmp_path):
    packed = zlib.compress(b"\x80\x04N" + bytes(40 << 20))
    told = bounded(written(tmp_path, "m.joblib.z", packed))
    assert any("unpacks to more than" in sentence for sentence in told.warnings)
