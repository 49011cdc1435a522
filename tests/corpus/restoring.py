"""Real run folders, as their tools wrote them: put back into a copy what a git checkout loses.

Each case is `<source>/<case>/` with `files/` (a project folder), `truth.json` (what the tool's own reader
says) and `manifest.json` (empty folders, links, FIFOs, modes, modification times). `truth.json` holds, for
every run, `path`, `native_id`, `name`, `group`, `status`, `started`, `ended`, `params`, `tags`, `metrics`
(count, first and last as [step, value], min, max, nan_count), `final_metrics`, `artifacts` and `models`.
"""

import json
import os
import shutil
from pathlib import Path

CORPUS = Path(__file__).parent


def cases(source: str | None = None) -> list[str]:
    """All cases as "source/case", or those of one source."""
    return sorted(
        f"{found.parent.parent.name}/{found.parent.name}"
        for found in CORPUS.glob("*/*/truth.json")
        if source in (None, found.parent.parent.name)
    )


def truth(case: str) -> dict:
    """What is true of a case."""
    return json.loads((CORPUS / case / "truth.json").read_text(encoding="utf-8"))


def restore(case: str, into: Path) -> Path:
    """A case's project folder, copied below `into`, with its times, links and empty folders."""
    files = into / case.replace("/", "-") / "files"
    shutil.copytree(CORPUS / case / "files", files, symlinks=True)
    manifest = json.loads((CORPUS / case / "manifest.json").read_text(encoding="utf-8"))
    for folder in manifest["empty_dirs"]:
        (files / folder).mkdir(parents=True, exist_ok=True)
    for path, target in manifest["symlinks"].items():
        if not os.path.lexists(files / path):
            (files / path).parent.mkdir(parents=True, exist_ok=True)
            os.symlink(target, files / path)
    for path in manifest.get("fifos", []):
        if not os.path.lexists(files / path):
            (files / path).parent.mkdir(parents=True, exist_ok=True)
            os.mkfifo(files / path)
    for path, when in manifest["mtimes"].items():
        os.utime(files / path, (when, when))
    for path, mode in sorted(manifest["modes"].items(), reverse=True):
        os.chmod(files / path, int(mode, 8))
    return files
