"""A chart as a file to take along."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mlops_console.console.run.facts import RunView
from mlops_console.console.widgets.chart import Picture

_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+")
TRIES: Final = 1000


def save_chart(
    folder: Path, title: str, view: RunView, picture: Picture, colours: Mapping[str, str]
) -> tuple[str, str]:
    """Write a chart of a run as an SVG file; what happened, and its ink."""
    run = f"{view.id[:8]} {view.name if view.name != view.id else ''}".strip()
    try:
        path = write_chart(folder, title, view.id[:8], chart_document(picture, run, colours))
    except OSError as error:
        return f"Could not write the chart in {folder}: {error.strerror or error}", "bad"
    return f"Wrote {path}", "text"


def chart_document(picture: Picture, run: str, colours: Mapping[str, str]) -> str:
    """What is seen of a chart, with the run's name in its title."""
    from mlops_console.charts.svg import Look
    from mlops_console.charts.svg_lines import line_svg

    return line_svg(picture.curves, Look(colours, 960, 420, f"{picture.title}   {run}"), picture.options)


def write_chart(folder: Path, title: str, run: str, document: str) -> Path:
    """Write a document under a name that no file has yet; OSError where that can't be done."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem = _NOT_IN_NAMES.sub("-", f"{run}-{title}").strip("-.")[:80] or "chart"
    for number in range(1, TRIES):
        path = folder / (f"{stem}.svg" if number == 1 else f"{stem}-{number}.svg")
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(document)
        return path
    raise FileExistsError(f"{folder} holds {TRIES:,} files of that name")
