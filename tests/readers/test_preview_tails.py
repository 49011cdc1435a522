"""The end of a log that grows, is truncated, is replaced, or is no log."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlops_console.readers.previews.model import Tail
from mlops_console.readers.previews.tails import Mark, tail


class Reader:
    """Follows a file as a front end does."""

    def __init__(self, folder: Path, name: str = "train.log", limit: int = 65536) -> None:
        self.folder, self.name, self.limit = folder, name, limit
        self.offset: int | None = None
        self.mark: Mark | None = None

    def __call__(self) -> Tail:
        found, self.mark = tail(str(self.folder), self.name, self.offset, self.limit, self.mark)
        self.offset = found.offset
        return found


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "train.log"


def test_the_end_first_then_what_comes(log: Path) -> None:
    log.write_text("".join(f"line {i}\n" for i in range(10_000)))
    read = Reader(log.parent, limit=1000)
    first = read()
    assert first.lines[-1] == "line 9999"
    assert first.lines[0] == f"line {10_000 - len(first.lines)}"
    assert first.skipped + sum(len(line) + 1 for line in first.lines) == first.size
    assert read().lines == ()
    with log.open("a") as file:
        file.write("half of")
        file.flush()
        assert (read().lines, read().partial) == ((), "half of")
        file.write(" a line\nnext\n")
    second = read()
    assert (second.lines, second.partial, second.skipped) == (("half of a line", "next"), "", 0)


@given(st.lists(st.binary(max_size=40) | st.just(b"\n") | st.just(b"\r 5%"), max_size=12))
def test_followed_is_what_is_read_at_once(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]
) -> None:
    log = tmp_path_factory.getbasetemp() / "grown.log"
    log.write_bytes(b"")
    read = Reader(log.parent, log.name)
    lines: list[str] = []
    for part in parts:
        with log.open("ab") as file:
            file.write(part)
        found = read()
        assert not found.restarted
        lines += found.lines
    whole = Reader(log.parent, log.name)()
    assert lines == list(whole.lines)
    assert read().partial == whole.partial


def test_a_truncated_log_starts_anew(log: Path) -> None:
    log.write_text("one\ntwo\n")
    read = Reader(log.parent)
    read()
    log.write_text("new\n")
    found = read()
    assert (found.restarted, found.lines) == (True, ("new",))
    # Truncated and already longer than it was: what was read is no longer before the place.
    log.write_text("another run wrote this\nand that\n")
    assert (read().restarted, read().restarted) == (True, False)


def test_a_rotated_log_starts_anew(log: Path) -> None:
    log.write_text("one\ntwo\n")
    read = Reader(log.parent)
    read()
    log.rename(log.with_suffix(".log.1"))
    assert read().problem == "The file is gone."
    log.write_text("one\ntwo\nthree\n")
    found = read()
    assert (found.restarted, found.lines) == (True, ("one", "two", "three"))


def test_who_is_far_behind_goes_on_at_the_end(log: Path) -> None:
    log.write_text("first\n")
    read = Reader(log.parent, limit=1000)
    read()
    with log.open("a") as file:
        file.write("x" * 99 + "\n" + "y" * 99 + "\n" * 1)
        file.writelines(f"{i:099}\n" for i in range(40_000))
    found = read()
    assert found.lines[-1] == f"{39_999:099}"
    assert found.skipped > 3_000_000
    assert 6 + found.skipped + sum(len(line) + 1 for line in found.lines) == found.size


def test_gigabytes_without_a_line_end_are_read_by_their_end(log: Path) -> None:
    with log.open("wb") as file:
        file.truncate(3 << 30)
        file.seek(0, os.SEEK_END)
        file.write(b"the end")
    found = Reader(log.parent)()
    assert found.partial.endswith("the end")
    assert found.skipped == (3 << 30) + 7 - 65536
    with log.open("ab") as file:
        file.write(b"\n")
    assert Reader(log.parent)().lines[-1].endswith("the end")


def test_what_is_no_log_is_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "train.log")
    (tmp_path / "link.log").symlink_to("/etc/passwd")
    (tmp_path / "folder.log").mkdir()
    said = {
        name: Reader(tmp_path, name)().problem for name in ("train.log", "link.log", "folder.log", "../x", "")
    }
    assert said["train.log"] == "The file is not a regular file."
    assert "links are not followed" in said["link.log"]
    assert said["folder.log"] == "The file is not a regular file."
    assert "lead out of the project" in said["../x"]
    assert "lead out of the project" in said[""]


def test_bytes_that_are_no_text_are_kept(log: Path) -> None:
    log.write_bytes(b"a\xff\xfe\n\x00\n")
    assert Reader(log.parent)().lines == ("a\udcff\udcfe", "\x00")


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["append", "truncate", "replace", "rotate", "half", "gone"]), st.integers(1, 400)
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=DEEDS)
def test_whatever_becomes_of_a_log_its_end_is_what_is_seen(tmp_path_factory, deeds) -> None:
    """Rotated, truncated, replaced, gone and back: at rest the last line that is seen is the log's last."""
    root = tmp_path_factory.mktemp("deeds")
    path, offset, mark, seen = root / "run.log", None, None, ""
    path.write_bytes(b"")
    for number, (deed, count) in enumerate(deeds):
        lines = b"".join(b"%d/%d\n" % (number, line) for line in range(count))
        if deed == "gone":
            path.unlink(missing_ok=True)
        elif deed in ("replace", "rotate"):
            if deed == "rotate" and path.exists():
                path.replace(root / "old.log")
            path.unlink(missing_ok=True)
            path.write_bytes(lines)
        elif deed == "truncate":
            path.write_bytes(lines)
        else:
            with path.open("ab") as file:
                file.write(lines[:-2] if deed == "half" else lines)
        for _ in range(50):
            found, mark = tail(str(root), "run.log", offset, 1_000, mark)
            if found.problem:
                assert not path.exists()
                break
            seen = found.lines[-1] if found.lines else "" if found.restarted else seen
            offset = found.offset
            if found.offset + len(found.partial) >= found.size:
                break
        if path.exists():
            whole = path.read_bytes().rpartition(b"\n")[0].rpartition(b"\n")[2].decode()
            assert seen == whole
            assert offset == len(path.read_bytes().rpartition(b"\n")[0]) + (b"\n" in path.read_bytes())
