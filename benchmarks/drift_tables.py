"""Reference and current tables with drift of known kinds: what the benchmarks of drift are fed.

    python benchmarks/drift_tables.py OUT [--rows 100000] [--columns 20] [--seed 7]

Writes OUT/reference.parquet, OUT/current.parquet and OUT/truth.json, which says of each column whether and
how it drifts. 60% numeric and 40% categorical columns go through the recipes below in turn, about half of
them without drift; `y_true`, `y_proba`, `y_pred` are a model that sees the first four. The same rows, columns
and seed give the same values on every machine. More than a million rows are made a million at a time.
"""

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

CHUNK = 1_000_000
NUMERIC = {
    "none_normal": "N(0,1), no drift",
    "mean_0.2sd": "N(0,1) -> N(0.2,1)",
    "none_lognormal": "lognormal(0,1), no drift",
    "scale_1.5": "N(0,1) -> N(0,1.5)",
    "none_uniform": "U(0,100), no drift",
    "tiny_0.02sd": "N(0,1) -> N(0.02,1): visible at scale, practically nothing",
    "none_counts": "Poisson(3), no drift (heavy ties)",
    "bimodal": "lognormal(0,.5) -> 90/10 mixture with lognormal(1.2,.3)",
    "none_zero_inflated": "70 % zeros, no drift",
    "missing_5_to_20": "N(0,1), nulls 5 % -> 20 %",
    "none_tdist": "t(3), no drift (heavy tails)",
    "tail": "N(0,1) -> top 2 % multiplied by 4",
}
CATEGORICAL = {
    "none_5": (5, "5 levels, no drift"),
    "mix_5": (5, "5 levels, top level 40 % -> 30 %"),
    "none_2": (2, "binary, no drift"),
    "new_level": (8, "8 levels, unseen level 'new' at 3 % in current"),
    "none_50": (50, "50 levels zipf, no drift"),
    "gone_level": (6, "6 levels, level 2 disappears in current"),
    "none_1000": (1000, "1000 levels zipf, no drift (high cardinality)"),
    "mix_2": (2, "binary 0.30 -> 0.36"),
}


def numeric(recipe: str, rows: int, current: bool, rng: np.random.Generator) -> np.ndarray:
    z = rng.standard_normal(rows)
    match recipe:
        case "none_lognormal":
            return np.exp(z)
        case "none_uniform":
            return rng.random(rows) * 100
        case "none_counts":
            return rng.poisson(3, rows).astype(float)
        case "none_zero_inflated":
            return np.where(rng.random(rows) < 0.7, 0.0, np.abs(z))
        case "missing_5_to_20":
            return np.where(rng.random(rows) < (0.20 if current else 0.05), np.nan, z)
        case "none_tdist":
            return rng.standard_t(3, rows)
        case "bimodal":
            usual = np.exp(0.5 * z)
            return np.where(rng.random(rows) < 0.1, np.exp(1.2 + 0.3 * z), usual) if current else usual
    if not current:
        return z
    moved = {"mean_0.2sd": z + 0.2, "tiny_0.02sd": z + 0.02, "scale_1.5": z * 1.5}
    return np.where(z > 2.0537, z * 4, z) if recipe == "tail" else moved.get(recipe, z)


def categorical(recipe: str, rows: int, current: bool, rng: np.random.Generator) -> pl.Series:
    k = CATEGORICAL[recipe][0]
    if recipe in ("none_50", "none_1000"):
        p = 1 / np.arange(1, k + 1)
    elif recipe == "mix_5":
        p = np.array([0.30 if current else 0.40, 0.25, 0.2, 0.1, 0.05])
        p[1:] *= (1 - p[0]) / p[1:].sum()
    elif k == 2:
        first = 0.36 if current and recipe == "mix_2" else 0.30
        p = np.array([first, 1 - first])
    else:
        p = np.linspace(2, 1, k)
        if recipe == "gone_level" and current:
            p[2] = 0
    at = np.searchsorted(np.cumsum(p / p.sum()), rng.random(rows), side="right").clip(0, k - 1)
    if recipe == "new_level" and current:
        at = np.where(rng.random(rows) < 0.03, k, at)
    return pl.Series([f"v{i}" for i in range(k)] + ["new"]).gather(pl.Series(at))


def frame(rows: int, columns: int, seed: int, current: bool, chunk: int = 0) -> pl.DataFrame:
    """One side, or of a longer one a part."""

    def rng(stream: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64([seed, stream, int(current), *([chunk] if chunk else [])]))

    numbers, made = round(columns * 0.6), {}
    for i in range(numbers):
        values = numeric(list(NUMERIC)[i % len(NUMERIC)], rows, current, rng(i))
        made[f"n{i:02d}"] = pl.Series(values).fill_nan(None)
    for j in range(columns - numbers):
        recipe = list(CATEGORICAL)[j % len(CATEGORICAL)]
        made[f"c{j:02d}"] = categorical(recipe, rows, current, rng(1000 + j))
    weights = zip(range(min(4, numbers)), (1.0, 0.8, 0.3, -0.6), strict=False)
    linear = sum(weight * made[f"n{i:02d}"].fill_null(0).to_numpy() for i, weight in weights)
    p = 1 / (1 + np.exp(-np.asarray(linear)))
    made |= {"y_proba": pl.Series(p), "y_pred": pl.Series((p >= 0.5).astype(np.int8))}
    made["y_true"] = pl.Series((rng(9999).random(rows) < p).astype(np.int8))
    return pl.DataFrame(made)


def truth(columns: int) -> dict[str, dict[str, object]]:
    """Of each column: its recipe, whether it drifts, and how."""
    numbers = round(columns * 0.6)
    said = {}
    for i in range(numbers):
        recipe = list(NUMERIC)[i % len(NUMERIC)]
        said[f"n{i:02d}"] = {"kind": "numeric", "recipe": recipe, "what": NUMERIC[recipe]}
    for j in range(columns - numbers):
        recipe = list(CATEGORICAL)[j % len(CATEGORICAL)]
        said[f"c{j:02d}"] = {"kind": "categorical", "recipe": recipe, "what": CATEGORICAL[recipe][1]}
    return {name: {**one, "drift": not one["recipe"].startswith("none")} for name, one in said.items()}


def write(folder: Path, rows: int, columns: int, seed: int = 7, row_group: int = 131_072) -> None:
    """Both sides and the truth; what is there already is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, current in (("reference", False), ("current", True)):
        file = folder / f"{name}.parquet"
        if file.exists():
            continue
        if rows <= CHUNK:
            made = frame(rows, columns, seed, current)
            made.write_parquet(file, compression="zstd", row_group_size=row_group)
            continue
        with TemporaryDirectory(dir=folder) as parts:
            for chunk, first in enumerate(range(0, rows, CHUNK)):
                made = frame(min(CHUNK, rows - first), columns, seed, current, chunk)
                made.write_parquet(Path(parts) / f"{chunk:05}.parquet", row_group_size=row_group)
            whole = pl.scan_parquet(f"{parts}/*.parquet")
            whole.sink_parquet(file, compression="zstd", row_group_size=row_group)
    said = {"rows": rows, "cols": columns, "seed": seed, "columns": truth(columns)}
    (folder / "truth.json").write_text(json.dumps(said, indent=1))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    write(asked.out, asked.rows, asked.columns, asked.seed)
