"""Where change notices can't be trusted: file systems that other machines write to."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

_SHARED = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "afs", "ceph", "lustre", "beegfs", "gpfs"}
    | {"ocfs2", "gfs2", "vboxsf", "drvfs", "prl_fs", "davfs", "ncpfs"}
)


def shared_kind(path: str) -> str:
    """The kind of file system that holds the path if it is a shared one, else nothing."""
    try:
        table = Path("/proc/self/mounts").read_bytes().splitlines()
    except OSError:
        return ""
    return kind_in(table, path)


def kind_in(table: Iterable[bytes], path: str) -> str:
    """As `shared_kind`, from the lines of a mount table."""
    best, kind = b"", ""
    wanted = os.fsencode(path)
    for line in table:
        fields = line.split()
        if len(fields) < 3:
            continue
        point = re.sub(rb"\\([0-7]{3})", lambda code: bytes([int(code[1], 8) & 255]), fields[1])
        within = point.rstrip(b"/") + b"/"
        if (wanted + b"/").startswith(within) and len(point) >= len(best):
            best, kind = point, fields[2].decode("ascii", "replace")
    return kind if kind in _SHARED or kind.startswith("fuse.") else ""
