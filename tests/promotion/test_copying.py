"""Copies of models: complete and hashed, or nothing of them. Hashes are computed here, by hashlib alone."""

import hashlib
import os
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.promotion.killing import left_over, whole_sha256

from mlops_console.errors import ReleaseError
from mlops_console.promotion.copying import copy_model, hash_model
from mlops_console.readers.modelfiles import digest

LARGE = 9 << 20


def model(folder, **files):
    for path, data in files.items():
        place = folder / "m" / path.replace("__", "/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


@pytest.fixture
def project(tmp_path):
    large = hashlib.shake_128(b"large").digest(LARGE)
    return model(tmp_path / "project", weights=large, a__b__config=b"{}", a__empty=b"", tokenizer=b"x" * 3000)


def test_a_folder_is_copied_with_every_byte_and_hashed_as_sha256sum_would(project, tmp_path):
    told = []
    copied = copy_model(str(project), "m", tmp_path / "out", progress=lambda *how: told.append(how))
    assert whole_sha256(tmp_path / "out") == whole_sha256(project / "m") == copied.sha256
    assert copied.sha256 == digest(str(project), "m") == hash_model(str(project), "m").sha256
    assert [one.path for one in copied.files] == ["a/b/config", "a/empty", "tokenizer", "weights"]
    assert copied.size == LARGE + 2 + 3000
    assert told[-1] == (copied.size, copied.size)
    modes = {stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "out").rglob("*") if one.is_file()}
    assert modes == {0o444}


def test_a_model_that_is_one_file_lies_under_its_name_and_has_its_own_hash(project, tmp_path):
    copied = copy_model(str(project), "m/weights", tmp_path / "out")
    assert copied.single
    assert copied.sha256 == hashlib.sha256((project / "m/weights").read_bytes()).hexdigest()
    assert (tmp_path / "out/weights").read_bytes() == (project / "m/weights").read_bytes()


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.lists(st.text("abÄ.\n ", min_size=1, max_size=4), min_size=1, max_size=3).map(tuple),
        st.binary(max_size=64),
        min_size=1,
        max_size=8,
    )
)
def test_any_tree_has_the_hash_that_the_reader_tells(tmp_path_factory, tree):
    folder = tmp_path_factory.mktemp("tree")
    for parts, data in tree.items():
        if not {".", ".."} & set(parts):
            place = folder / "m" / Path(*parts)
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
            except (FileExistsError, NotADirectoryError, IsADirectoryError):
                continue  # a file and a folder of one name
    if not any(one.is_file() for one in (folder / "m").rglob("*")):
        return
    copied = copy_model(str(folder), "m", folder / "out")
    assert copied.sha256 == whole_sha256(folder / "m") == whole_sha256(folder / "out")
    assert copied.sha256 == digest(str(folder), "m")


def test_links_and_what_is_no_file_are_refused_by_name(project, tmp_path):
    (project / "m/link").symlink_to("/etc/passwd")
    with pytest.raises(ReleaseError, match="m holds link, which is a link"):
        copy_model(str(project), "m", tmp_path / "out")
    (project / "m/link").unlink()
    os.mkfifo(project / "m/pipe")
    with pytest.raises(ReleaseError, match="m holds pipe, which is no regular file"):
        copy_model(str(project), "m", tmp_path / "out")
    with pytest.raises(ReleaseError, match=r"is not a regular file|is a link"):
        copy_model(str(project), "m/pipe", tmp_path / "out")
    (project / "way").symlink_to("m")
    with pytest.raises(ReleaseError, match="is a link, or lies behind one"):
        copy_model(str(project), "way/weights", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not left_over(tmp_path)


@pytest.mark.parametrize("path", ["../other", "/etc", "m/../m", "", ".", "m\0", "none"])
def test_a_path_out_of_the_project_or_to_nothing_is_refused(project, tmp_path, path):
    with pytest.raises(ReleaseError):
        copy_model(str(project), path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("change", ["bytes", "grown", "new", "gone"])
def test_a_model_that_changes_while_it_is_copied_is_refused_and_leaves_nothing(project, tmp_path, change):
    def meddle(done, total):
        if change == "bytes":
            with (project / "m/weights").open("r+b") as file:
                file.seek(LARGE - 1)
                file.write(b"!")
        elif change == "grown":
            with (project / "m/weights").open("ab") as file:
                file.write(b"!")
        elif change == "new":
            (project / "m/more").write_bytes(b"!")
        else:
            (project / "m/tokenizer").unlink(missing_ok=True)

    with pytest.raises(ReleaseError, match=r"changed while it was copied|is gone|could not be copied"):
        copy_model(str(project), "m", tmp_path / "out", progress=meddle)
    assert not (tmp_path / "out").exists()
    assert not left_over(tmp_path)


def test_what_is_not_expected_or_there_already_is_refused(project, tmp_path):
    with pytest.raises(ReleaseError, match="is not what it was"):
        copy_model(str(project), "m", tmp_path / "out", expected="0" * 64)
    assert not (tmp_path / "out").exists()
    copied = copy_model(str(project), "m", tmp_path / "out")
    with pytest.raises(ReleaseError, match="is there already"):
        copy_model(str(project), "m", tmp_path / "out", expected=copied.sha256)
    assert whole_sha256(tmp_path / "out") == copied.sha256
    assert not left_over(tmp_path)


def test_more_files_than_one_looks_at_are_copied_all_the_same(tmp_path):
    folder = tmp_path / "project/m"
    for number in range(6_000):
        place = folder / f"{number % 40:02d}" / f"{number}.bin"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(str(number).encode())
    copied = copy_model(str(tmp_path / "project"), "m", tmp_path / "out")
    assert len(copied.files) == 6_000
    assert copied.sha256 == whole_sha256(folder)


def test_what_its_caller_gives_up_leaves_nothing(project, tmp_path):
    def enough(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_model(str(project), "m", tmp_path / "out", progress=enough)
    assert not left_over(tmp_path)
    assert not (tmp_path / "out").exists()


def test_files_of_others_that_look_unfinished_stay(project, tmp_path):
    (tmp_path / ".tmp-mine").write_text("x")
    copy_model(str(project), "m", tmp_path / "out")
    assert (tmp_path / ".tmp-mine").read_text() == "x"


@pytest.fixture
def small_disk(tmp_path):
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", place], capture_output=True)
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_is_a_sentence_and_what_was_copied_goes(project, small_disk):
    with pytest.raises(ReleaseError, match="no room left on the disk"):
        copy_model(str(project), "m", small_disk / "in/out")
    assert not left_over(small_disk)
    (project / "m/weights").write_bytes(b"small now")
    copied = copy_model(str(project), "m", small_disk / "in/out")
    assert whole_sha256(small_disk / "in/out") == copied.sha256


def test_a_disk_that_fills_up_while_it_is_copied_to_is_one_too(project, small_disk):
    (project / "m/weights").write_bytes(hashlib.shake_128(b"w").digest(6 << 20))

    def fill(done, total):
        with (small_disk / "other").open("ab") as other, pytest.raises(OSError, match="No space left"):
            other.write(bytes(8 << 20))
            other.flush()

    def once(done, total, asked=[]):  # noqa: B006
        if not asked:
            asked.append(done)
            fill(done, total)

    (project / "m/0000").write_bytes(b"first")
    with pytest.raises(ReleaseError, match="no room left on the disk"):
        copy_model(str(project), "m", small_disk / "out", progress=once)
    assert not left_over(small_disk)
    (small_disk / "other").unlink()
    assert copy_model(str(project), "m", small_disk / "out").sha256 == whole_sha256(project / "m")
