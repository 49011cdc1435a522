"""Projects with a monitor, their reference and windows: small files that polars writes."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

OLD = int(datetime(2024, 6, 1, tzinfo=UTC).timestamp())
WISH = """\
[monitors.shop]
reference = "reference.parquet"
current = "logs"
time = "at"
window = "day"
"""


def rows(seed, count, first=None, *, shift=0.0, key=0):
    """Rows of two numbers and a level; `shift` moves one number, in standard deviations."""
    rng = np.random.default_rng(seed)
    frame = pl.DataFrame(
        {
            "amount": rng.normal(50 + 10 * shift, 10, count),
            "age": rng.uniform(18, 90, count),
            "plan": rng.choice(["free", "basic", "gold"], count, p=[0.5, 0.3, 0.2]),
        }
    )
    if first is not None:
        step = timedelta(hours=23) / count
        frame = frame.with_columns(pl.Series("at", [first + step * at for at in range(count)]))
    if key:
        frame = frame.with_columns(pl.Series("id", [f"{key}-{at}" for at in range(count)]))
    return frame


def put(frame, path, at=OLD):
    """Write rows, as if long ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path) if path.suffix == ".parquet" else frame.write_csv(path)
    os.utime(path, (at, at))


def project(folder: Path, wish=WISH, days=(0.0, 0.0, 3.0), count=1_000):
    """A project with a monitor; the day of each entry has moved by it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mlops-console.toml").write_text(wish)
    put(rows(0, 2_000), folder / "reference.parquet")
    for number, shift in enumerate(days, 1):
        add_day(folder, number, shift, count)
    return folder


def add_day(folder: Path, number, shift=0.0, count=1_000, name=None):
    """A file of one day's rows."""
    first = datetime(2024, 5, number, tzinfo=UTC)
    put(rows(number, count, first, shift=shift), folder / f"logs/{name or f'{number:02d}'}.parquet")
