"""A run in a few lines: its state in words, its numbers, its parameters, where it came from."""

import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.glyphs import Glyphs
from mlops_console.console.run.data import digest_of, name_of
from mlops_console.console.run.facts import Metric, RunView, value_text
from mlops_console.console.run.metrics import best, by_weight
from mlops_console.console.theme import STATE_INKS
from mlops_console.records import Json

Piece = tuple[str, str]
"""Text and the token of its ink."""

LEAST_TOOK = 1000
"""Shorter than a millisecond is no duration but a single moment that the files tell."""
_SCRIPT = re.compile(r"([\w./-]+\.(?:py|ipynb|R|jl|sh))\b")
_ENDED = {"finished": "in", "running": "for"}


def put_state(line: Line, view: RunView, glyphs: Glyphs, now: int, *, ago: bool = False) -> Line:
    """The state as glyph and word, with how long it took (or how long ago it ended)."""
    glyph, word = STATE_INKS.get(view.status, STATE_INKS["unknown"])
    line.put(glyphs.state(view.status), glyph).put(" " + view.status, word)
    if ago and view.status != "running" and view.seen is not None:
        return line.put(f" {display.span(now - view.seen)} ago", "muted")
    took = view.took(now)
    if took is not None and took >= LEAST_TOOK:
        line.put(f" {_ENDED.get(view.status, 'after')} {display.duration(took)}", "muted")
    return line


def put_pieces(line: Line, pieces: Sequence[Piece], room: int, gap: int = 3) -> Line:
    """Pieces after each other, as many as fit; a first one that doesn't is cut."""
    end = line.at + room
    for index, (text, ink) in enumerate(pieces):
        shown = display.safe_text(text)
        left = end - line.at - (gap if index else 0)
        if width_of(shown) > left:
            if index or left < 4:
                break
            shown = fit(shown, left)
        line.put(" " * gap if index else "").put(shown, ink)
    return line


def telling(keys: Sequence[str], room: int) -> list[str]:
    """Names in so many cells each; where a cut would make several look alike, they keep their ends."""
    safe = [display.safe_text(key) for key in keys]
    cut = [fit(key, room) if width_of(key) > room else key for key in safe]
    often = Counter(cut)
    return [short if often[short] == 1 else _end_of(key, room) for key, short in zip(safe, cut, strict=True)]


def _end_of(key: str, room: int) -> str:
    if width_of(key) <= room:
        return key
    while key and width_of(key) > room - 1:
        key = key[1:]
    return "~" + key


class MetricRow(NamedTuple):
    """A metric in words."""

    key: str
    last: str
    best: str
    """Empty where no way is known to be better, or it was measured once."""
    step: str
    not_numbers: int
    several: bool = False
    """Whether it was measured more than once: then the value is its last one."""


def metric_rows(view: RunView, most: int) -> list[MetricRow]:
    """The deciding metrics; where none was logged, the final values that the run states."""
    metrics = by_weight(view.metrics)[:most]
    if not metrics:
        stated = [(k, v) for k, v in view.summary.items() if isinstance(v, (int, float))][:most]
        values = on_the_point([float(v) for _, v in stated])
        return [MetricRow(key, text, "", "", 0) for (key, _), text in zip(stated, values, strict=True)]
    finals = on_the_point([m.last for m in metrics])
    tops = on_the_point([_best(m) for m in metrics])
    rows = []
    for metric, final, top in zip(metrics, finals, tops, strict=True):
        found = best(metric)
        step = "" if found is None or found[1] is None else display.count(found[1])
        rows.append(
            MetricRow(metric.key, final, top if found else "", step, metric.not_numbers, metric.count > 1)
        )
    return rows


def on_the_point(values: Sequence[float | None]) -> list[str]:
    """Numbers of different kinds under each other: each with its own digits, the points aligned."""
    texts = [display.number(value) for value in values]
    heads = [_head(text) for text in texts]
    left = max(heads, default=0)
    shifted = [" " * (left - head) + text for head, text in zip(heads, texts, strict=True)]
    width = max(map(len, shifted), default=0)
    return [text.ljust(width) for text in shifted]


def _head(text: str) -> int:
    point = text.find(".")
    return len(text) if point < 0 else point


def _best(metric: Metric) -> float | None:
    found = best(metric)
    return None if found is None else found[0]


def ordered_params(view: RunView, varying: Collection[str]) -> list[tuple[str, str, bool]]:
    """Parameters as (key, value, whether it varies between runs), the varying ones first."""
    shown = [(key, value_text(value, key), key in varying) for key, value in view.params.items()]
    return sorted(shown, key=lambda item: not item[2])


class Origin(NamedTuple):
    """One line of where a run came from."""

    label: str
    pieces: tuple[Piece, ...]


def origins(view: RunView) -> list[Origin]:
    """Data, code, environment and machine, as far as they were recorded."""
    found = (
        Origin("data", tuple(_data(view))),
        Origin("code", tuple(_code(view))),
        Origin("env", tuple(_env(view))),
        Origin("on", tuple(_machine(view))),
        Origin("by", tuple(_person(view))),
    )
    return [origin for origin in found if origin.pieces]


def _data(view: RunView) -> Iterator[Piece]:
    for dataset in list(view.datasets)[:2]:
        name = name_of(dataset)
        yield name.rpartition("/")[2] or name, "second"
        if digest := digest_of(dataset):
            yield digest[:7], "muted"
        rows = dataset.get("rows")
        if isinstance(rows, int):
            yield f"{display.count(rows)} rows", "muted"
    if len(view.datasets) > 2:
        yield f"{len(view.datasets) - 2} more", "muted"


def _code(view: RunView) -> Iterator[Piece]:
    env = view.environment
    commit = commit_of(view)
    if code := code_of(view):
        yield code, "second"
    if commit:
        # What does not fit goes from the end: the warning must not.
        dirty = env.get("git.dirty")
        if dirty is True:
            yield "changed since", "warn"
        if branch := _text(env.get("git.branch")):
            yield branch, "muted"
        if dirty is False:
            yield "clean", "muted"


def _env(view: RunView) -> Iterator[Piece]:
    env = view.environment
    python = _text(env.get("python"))
    if python:
        yield f"python {python}", "second"
    packages = env.get("packages")
    if isinstance(packages, dict):
        for name in (
            "torch",
            "tensorflow",
            "jax",
            "scikit-learn",
            "lightgbm",
            "xgboost",
            "transformers",
            "numpy",
        ):
            if name in packages:
                yield f"{name} {_text(packages[name])}", "muted"


def _machine(view: RunView) -> Iterator[Piece]:
    env = view.environment
    host, user = view.host or _text(env.get("host")), user_of(view)
    if host:
        yield f"{user}@{host}" if user else host, "second"
    cpus = env.get("cpus")
    if isinstance(cpus, int):
        yield f"{cpus} cores", "muted"
    gpus = env.get("gpus")
    if isinstance(gpus, list) and gpus:
        yield f"{len(gpus)} x {_text(gpus[0])}" if len(gpus) > 1 else _text(gpus[0]), "muted"


def _person(view: RunView) -> Iterator[Piece]:
    # With a machine, the person stands before its name.
    if not view.host and not view.environment.get("host") and (user := user_of(view)):
        yield user, "second"


def user_of(view: RunView) -> str:
    """Who ran it."""
    return _text(view.environment.get("user")) or _text(view.tags.get("mlflow.user"))


def commit_of(view: RunView) -> str:
    """The commit of its code."""
    return _text(view.environment.get("git.commit")) or _text(view.tags.get("mlflow.source.git.commit"))


def script_of(view: RunView) -> str:
    """The script that it is a run of, by its name."""
    said = view.environment
    for key in ("script", "source", "entry_point", "program"):
        if text := _text(said.get(key)):
            return posixpath.basename(text) or text
    found = _SCRIPT.search(_text(said.get("command")))
    return (
        posixpath.basename(found[1]) if found else posixpath.basename(view.tags.get("mlflow.source.name", ""))
    )


def code_of(view: RunView) -> str:
    """`train.py@9a1c2e4`, or the part of it that is known."""
    return "@".join(part for part in (script_of(view), commit_of(view)[:7]) if part)


def _text(value: Json) -> str:
    return "" if value is None else str(value)


def no_metrics(view: RunView) -> str:
    """Why there are no numbers yet."""
    if view.status == "running":
        return "No metrics yet. They appear here within a second of being written."
    if view.status == "failed":
        return "No metrics: it failed before its files held any."
    if view.gone:
        return "No metrics: none were read before its files went."
    return (
        "No metrics: none of its files holds a series of numbers. They would come from tables (CSV, JSON"
        " lines), event files, a tool's own store, or mlops_console.run()."
    )
