"""Sparklines as heights: a screenful of histories at once, each on its own scale."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

HEIGHTS: Final = 6
"""The free quarter above keeps stacked rows apart."""
GAP: Final = 255

Samples = npt.NDArray[Any]


def spark_levels(histories: Sequence[bytes | None], cells: int) -> list[bytes]:
    """Heights (0 to 5, 255: a gap) of sparklines over float32 samples, each at most `cells` long."""
    levels = [b""] * len(histories)
    lengths: dict[int, list[int]] = {}
    for place, history in enumerate(histories):
        if history:
            lengths.setdefault(len(history), []).append(place)
    for places in lengths.values():
        block = b"".join(histories[place] or b"" for place in places)
        samples = np.frombuffer(block, np.float32).astype(np.float64).reshape(len(places), -1)
        samples[~np.isfinite(samples)] = np.nan
        for place, row in zip(places, _levels(samples, cells), strict=True):
            levels[place] = row.tobytes()
    return levels


def _levels(samples: Samples, cells: int) -> npt.NDArray[np.uint8]:
    known = ~np.isnan(samples)
    low = np.where(known, samples, np.inf).min(axis=1)
    high = np.where(known, samples, -np.inf).max(axis=1)
    if samples.shape[1] > cells:
        samples = _binned(samples, known, cells)
    span = np.where(high > low, high - low, 1.0)
    scaled = (samples - np.where(np.isfinite(low), low, 0.0)[:, None]) / span[:, None] * HEIGHTS
    gaps = np.isnan(scaled)
    return np.where(gaps, GAP, np.clip(np.where(gaps, 0, scaled), 0, HEIGHTS - 1)).astype(np.uint8)


def _binned(samples: Samples, known: npt.NDArray[np.bool_], cells: int) -> Samples:
    """Means of `cells` stretches; the last cell is the newest value, which is what it is coloured for."""
    edges = np.linspace(0, samples.shape[1], cells + 1).astype(int)
    sums = np.where(known, samples, 0.0)
    binned = np.empty((len(samples), cells))
    for cell, (begin, end) in enumerate(pairwise(edges)):
        count = known[:, begin:end].sum(axis=1)
        with np.errstate(invalid="ignore"):
            binned[:, cell] = np.where(count, sums[:, begin:end].sum(axis=1) / np.maximum(count, 1), np.nan)
    newest = samples.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
    last = samples[np.arange(len(samples)), newest]
    binned[:, -1] = np.where(known[:, edges[-2] :].any(axis=1), last, binned[:, -1])
    return binned
