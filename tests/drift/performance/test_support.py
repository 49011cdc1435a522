"""Whether current rows lie where the reference has rows; and what judging a model may load."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl

from mlops_console.drift.performance.support import outside
from mlops_console.drift.tables.model import Table
from mlops_console.drift.tables.opening import open_table

DATA = Path(__file__).parents[1] / "data"


def as_table(folder: Path, name: str, frame: pl.DataFrame) -> Table:
    frame.write_parquet(folder / f"{name}.parquet")
    return open_table(folder / f"{name}.parquet")


def rows(rng: np.random.Generator, count: int, far: float, new: float) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "x": np.where(rng.random(count) < far, 50.0, rng.normal(size=count)),
            "level": np.where(rng.random(count) < new, "new", rng.choice(["a", "b"], count)),
            "flag": rng.random(count) < 0.5,
            "when": pl.Series(range(count)).cast(pl.Datetime("us")),
        }
    )


def test_rows_beyond_the_range_or_with_a_new_level_are_outside(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    names = ["x", "level", "flag", "when", "gone"]
    before = as_table(tmp_path, "before", rows(rng, 3000, 0, 0))
    share = outside(before, as_table(tmp_path, "after", rows(rng, 2000, 0.05, 0.1)), names)
    assert share is not None
    assert abs(share - 0.145) < 0.025
    same = outside(before, as_table(tmp_path, "same", rows(rng, 2000, 0, 0)), names)
    assert same is not None
    assert same < 0.005
    assert outside(before, before, ["gone"]) is None


def test_quiet_windows_are_hardly_outside() -> None:
    for name, window in (("car-loan", "03"), ("breast-cancer-aa", "aa")):
        reference = open_table(DATA / name / "reference.parquet")
        share = outside(
            reference, open_table(DATA / name / f"current-{window}.parquet"), [*reference.columns()]
        )
        assert share is not None
        assert share < 0.05


def test_judging_a_model_loads_neither_scipys_statistics_nor_scikit_learn() -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from mlops_console.drift.performance.judging import judge_model\n"
        "from mlops_console.drift.performance.outcomes import outcomes_of\n"
        "from mlops_console.drift.performance.referring import reference_of\n"
        "from mlops_console.drift.tables.opening import open_table\n"
        "from mlops_console.drift.segments import segments\n"
        "import mlops_console.drift.domain\n"
        "folder = Path(sys.argv[1])\n"
        "a, b = (outcomes_of(open_table(folder / name), label='repaid', score='y_proba')\n"
        "        for name in ('reference.parquet', 'current-05.parquet'))\n"
        "assert judge_model(reference_of(a), b, drifted=True).verdict == 'HARMFUL'\n"
        "heavy = ('scipy.stats', 'sklearn', 'pandas', 'pyarrow', 'duckdb')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    words = [sys.executable, "-c", program, str(DATA / "car-loan")]
    assert subprocess.check_output(words, text=True, timeout=120).strip() == "[]"
