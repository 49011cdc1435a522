"""Make the store of this folder anew: `python make_runs.py`, with MLflow 2.22 (later ones refuse `mlruns/`).

The trainings are `train.py`'s own. They run in a copy that is a git repository, under a fast clock; user and
paths are those of a made-up machine, so that nothing of the one that made them is told.
"""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).parent.resolve()
HOME = "/home/ana/diabetes-progression"
TIMES = (
    "2026-10-19T08:30:00",
    "2026-10-19T09:05:00",
    "2026-10-19T09:20:00",
    "2026-10-19T11:00:00",
    "2026-10-20T14:00:00",
)
sys.path.insert(0, str(HERE.parent))
from clock import Clock  # noqa: E402


def repository(folder):
    """A git repository with the script in it, the same on every machine."""
    shutil.copy(HERE / "train.py", folder / "train.py")
    who = {
        "GIT_AUTHOR_NAME": "ana",
        "GIT_AUTHOR_EMAIL": "ana@example.org",
        "GIT_AUTHOR_DATE": "2026-10-19T08:00Z",
    }
    who |= {key.replace("AUTHOR", "COMMITTER"): value for key, value in who.items()}
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "Train and compare"]):
        subprocess.run(["git", *words], cwd=folder, env=os.environ | who, check=True)


def neutral(store, folder):
    """The folder's path as it would be on Ana's machine."""
    for file in store.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            if folder.encode() in data:
                assert file.suffix != ".pkl"
                file.write_bytes(data.replace(folder.encode(), HOME.encode()))


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve() / "diabetes-progression"
        folder.mkdir()
        repository(folder)
        os.chdir(folder)
        os.environ.update(LOGNAME="ana", MLFLOW_TRACKING_URI=f"file://{folder}/mlruns")
        logging.getLogger("mlflow").setLevel(logging.ERROR)
        sys.path.insert(0, str(folder))
        sys.argv = ["train.py"]
        import train

        clock = Clock(TIMES[0], 300)
        with clock.running():
            train.mlflow.set_experiment(train.EXPERIMENT)
        for when, step in zip(TIMES, train.STEPS, strict=True):
            clock.jump(when)
            with clock.running(), suppress(FloatingPointError):
                step()
        neutral(folder / "mlruns", str(folder))
        shutil.rmtree(HERE / "mlruns", ignore_errors=True)
        shutil.copytree(folder / "mlruns", HERE / "mlruns")
        os.chdir(HERE)


if __name__ == "__main__":
    main()
