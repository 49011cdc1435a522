"""What a run uses of its machine: metrics of the system by their names, as label, number and unit."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from mlops_console import display
from mlops_console.console.run.facts import Metric

_SYSTEM: Final = re.compile(r"^(?:system|sys|_system|resources?|hardware)[./_]", re.IGNORECASE)
_BARE: Final = re.compile(r"^(?:gpu|cpu|vram|ram|rss|memory|mem|cuda)(?:$|[./_\d-])", re.IGNORECASE)
_WORDS: Final = re.compile(r"[./_\-\s]+")
_PERCENT: Final = frozenset(("percent", "percentage", "pct", "utilization", "util", "utilisation"))
_SCALES: Final = {
    "bytes": 1.0,
    "byte": 1.0,
    "kilobytes": 1e3,
    "kb": 1e3,
    "megabytes": 1e6,
    "mb": 1e6,
    "mib": 2.0**20,
    "gigabytes": 1e9,
    "gb": 1e9,
    "gib": 2.0**30,
}
_UNITS: Final = {
    "watts": "W",
    "watt": "W",
    "w": "W",
    "power": "W",
    "celsius": "C",
    "temp": "C",
    "temperature": "C",
    "ms": "ms",
    "seconds": "s",
}
_KINDS: Final = ("gpu", "vram", "memory", "cpu", "disk", "network")
_MEMORY: Final = frozenset(("memory", "mem", "ram", "rss", "vram", "allocated"))


class Resource(NamedTuple):
    """One of them."""

    label: str
    number: str
    unit: str
    spark: bytes


def is_system(key: str) -> bool:
    """Whether a metric tells of the machine rather than of the model."""
    return bool(_SYSTEM.match(key) or _BARE.match(key))


def resources(metrics: Iterable[Metric], most: int) -> list[Resource]:
    """What is used, the scarcest first."""
    ranked: list[tuple[int, str, Resource]] = []
    seen: set[str] = set()
    for metric in metrics:
        if not is_system(metric.key) or metric.last is None:
            continue
        kind, label, number, unit = _read(metric.key, metric.last)
        if label in seen and kind in _KINDS:
            # Percent and bytes of one thing: the first says enough.
            continue
        seen.add(label)
        rank = _KINDS.index(kind) if kind in _KINDS else len(_KINDS)
        ranked.append((rank, metric.key, Resource(label, number, unit, metric.spark)))
    return [one for _, _, one in sorted(ranked, key=lambda entry: entry[:2])[:most]]


def _read(key: str, value: float) -> tuple[str, str, str, str]:
    words = [word.lower() for word in _WORDS.split(_SYSTEM.sub("", key)) if word]
    device = next((word for word in words if word.isdigit()), "")
    kind = _kind(words)
    number, unit = _amount(words, value)
    if kind in ("gpu", "vram") and device not in ("", "0"):
        return kind, f"{kind} {device}", number, unit
    if kind in _KINDS:
        extra = next((word for word in words if word in ("receive", "transmit", "read", "write")), "")
        told = {"receive": "received", "transmit": "sent", "read": "disk read", "write": "disk write"}
        extra = extra or next((word for word in words if word in ("power", "temp", "temperature")), "")
        return kind, told.get(extra, f"{kind} {extra}".strip() if extra else kind), number, unit
    return "", " ".join(words) or key, number, unit


def _kind(words: list[str]) -> str:
    memory = not _MEMORY.isdisjoint(words)
    if "vram" in words or (("gpu" in words or "cuda" in words) and memory):
        return "vram"
    if "gpu" in words or "cuda" in words:
        return "gpu"
    if memory:
        return "memory"
    return next((kind for kind in ("cpu", "disk", "network") if kind in words), "")


def _amount(words: list[str], value: float) -> tuple[str, str]:
    if not _PERCENT.isdisjoint(words) or words == ["cpu"] or words == ["gpu"]:
        return f"{value:.0f}", "%"
    scale = next((_SCALES[word] for word in reversed(words) if word in _SCALES), None)
    if scale is not None:
        number, _, unit = display.size(int(value * scale)).partition(" ")
        return number, unit
    unit = next((_UNITS[word] for word in words if word in _UNITS), "")
    return display.number(value, 3), unit
