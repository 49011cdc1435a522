"""Finding what an artifact location means inside the project; it is never followed out of it.

Locations are absolute paths or URIs of the machine that trained: `/home/ana/churn/mlruns/1/<run>/artifacts`,
`file:///C:/churn/mlruns/…`, `mlflow-artifacts:/1/<run>/artifacts`, `s3://bucket/…`. The part of one that
begins at some folder of the project and leads to the run is looked for; the rest of it is not believed.
"""

import os
import re
from urllib.parse import unquote

from mlops_console import beneath

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
"""Of two letters at least: `C:` is a drive."""
_LOCAL_HOSTS = ("", "localhost")
_PROXIED = "mlflow-artifacts"
_SERVED = ("mlartifacts", "mlruns")
"""Where a tracking server keeps what it hands on."""
_MOST_PARTS = 64


def parts_of(location: str) -> tuple[str, ...] | None:
    """The names along a location that may lie on this machine; None for remote ones and those with `..`."""
    scheme = _SCHEME.match(location)
    path = location
    if scheme:
        name = scheme[1].lower()
        if name not in ("file", _PROXIED):
            return None
        path = location[scheme.end() :]
        if path.startswith("//"):
            host, _, path = path[2:].partition("/")
            if name == "file" and host.lower() not in _LOCAL_HOSTS:
                return None
        path = unquote(path)
    parts = tuple(part for part in path.replace("\\", "/").split("/") if part not in ("", "."))
    if ".." in parts or "\0" in path or len(parts) > _MOST_PARTS:
        return None
    return parts


def locate(root: str, location: str, owner: str, near: str = "") -> str | None:
    """The folder inside the project that a location means, relative to it; None where there is none.

    Only the part of the location from some folder down to `owner` (the id of the run or model) and below it
    counts; it is looked for below the project's root and below `near`, a folder relative to it.
    """
    parts = parts_of(location)
    if not parts or owner not in parts:
        return None
    last = len(parts) - 1 - parts[::-1].index(owner)
    bases = [""]
    if near not in ("", "."):
        bases += [near, near.rpartition("/")[0]]
    if location.lower().startswith(_PROXIED):
        bases += [f"{base}/{name}".lstrip("/") for base in list(bases) for name in _SERVED]
    for start in range(last + 1):
        inside = "/".join(parts[start:])
        for base in dict.fromkeys(bases):
            path = f"{base}/{inside}" if base else inside
            if is_folder(root, path):
                return path
    return None


def is_folder(root: str, path: str) -> bool:
    """Whether this is a folder of the project, reached without links."""
    try:
        os.close(beneath.open_folder(root, path))
    except OSError:
        return False
    return True
