"""Files are opened beneath the project's root only, never through links, and only if they are regular."""

import os
import socket

import pytest

from mlops_console import beneath


def refusal(call, root, path) -> str:
    """Why a path is refused."""
    try:
        call(str(root), path)
    except OSError as error:
        return beneath.why_not(error)
    raise AssertionError(f"{path} was not refused")


@pytest.fixture
def root(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/secret").write_text("secret")
    project = tmp_path / "project"
    (project / "a/b").mkdir(parents=True)
    (project / "a/b/file").write_text("0123456789")
    (project / "link").symlink_to(tmp_path / "out/secret")
    (project / "folder").symlink_to(tmp_path / "out")
    (project / "inner").symlink_to("a/b/file")
    os.mkfifo(project / "fifo")
    return project


def test_reads_a_file(root):
    assert beneath.read_small(str(root), "a/b/file", 10) == b"0123456789"
    with beneath.reading(str(root), "a/b/file") as fd:
        assert beneath.read_range(fd, 3, 4) == b"3456"
        assert beneath.read_range(fd, 8, 100) == b"89"
        assert beneath.read_range(fd, 100, 1) == b""
        assert beneath.file_stat(fd) == beneath.stat_beneath(str(root), "a/b/file")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("link", "link"),
        ("inner", "link"),
        ("folder/secret", "link"),
        ("fifo", "not a regular file"),
        ("a/b", "not a regular file"),
        ("nothing", "gone"),
        ("a/b/file/more", "link"),
        ("../out/secret", "out of the project"),
        ("a/../a/b/file", "out of the project"),
        ("/etc/passwd", "out of the project"),
        ("", "out of the project"),
        (".", "out of the project"),
        ("a//b/file", "out of the project"),
        ("a\0b", "out of the project"),
        ("a\ud800", "no file name"),
    ],
)
def test_refuses_all_else(root, path, why):
    before = beneath.opened()
    assert why in refusal(beneath.open_beneath, root, path)
    assert beneath.opened() == before
    assert refusal(beneath.stat_beneath, root, path)


def test_a_socket_is_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s")
        assert "not a regular file" in refusal(beneath.open_beneath, tmp_path, "s")


def test_a_root_behind_a_link_is_fine(root, tmp_path):
    (tmp_path / "way").symlink_to(root)
    assert beneath.read_small(str(tmp_path / "way"), "a/b/file", 10) == b"0123456789"


def test_large_files_are_not_small(root):
    with pytest.raises(beneath.NotReadable) as caught:
        beneath.read_small(str(root), "a/b/file", 9)
    assert "more than" in str(caught.value)


def test_counts_what_it_opens_and_closes_it(root):
    before, descriptors = beneath.opened(), len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        beneath.read_small(str(root), "a/b/file", 10)
    assert beneath.opened() == before + 5
    assert len(os.listdir("/proc/self/fd")) == descriptors


def test_folders_are_opened_without_links(root):
    fd = beneath.open_folder(str(root), "a/b")
    assert os.listdir(fd) == ["file"]
    os.close(fd)
    for path in ("folder", "link", "fifo", "nothing", ".."):
        assert refusal(beneath.open_folder, root, path)
