"""What `make demo` runs: trainings in the background, the console in front, and nothing left behind.

Everything is kept in `.demo/`, which git ignores and which is removed at the end.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
PLACE = HERE.parent / ".demo"
LIVE = PLACE / "live"
FLIGHTS = PLACE / "flight-delays"
STORE = PLACE / "store.duckdb"


def projects():
    """The folders to show: the sample projects, the one in which trainings run, and one in production."""
    own = (LIVE.name, FLIGHTS.name)
    return [
        *sorted(
            folder for folder in HERE.iterdir() if (folder / "train.py").exists() and folder.name not in own
        ),
        FLIGHTS,
        LIVE,
    ]


def console_command():
    return [
        sys.executable,
        "-m",
        "mlops_console",
        "--store",
        str(STORE),
        *map(str, projects()),
    ]


def training_command():
    return [sys.executable, str(HERE / "live" / "train.py"), "--folder", str(LIVE / "runs")]


@contextlib.contextmanager
def place():
    """An empty place for store and live runs, gone afterwards."""
    shutil.rmtree(PLACE, ignore_errors=True)
    LIVE.mkdir(parents=True)
    try:
        yield
    finally:
        shutil.rmtree(PLACE, ignore_errors=True)


def production():
    """A copy of the flights with a model in production: what its monitors saw is judged while you look."""
    shutil.copytree(HERE / FLIGHTS.name, FLIGHTS)
    wishes = FLIGHTS / "mlops-console.toml"
    # Nobody else is here to approve anything.
    wishes.write_text(wishes.read_text().replace("approvals = 1\n", ""))
    with (PLACE / "production.log").open("wb") as log:
        for words in (
            ("scan", "."),
            ("register", "logreg-s1", "delays", "--reason", "learned from the winter"),
            ("promote", "delays@1", "champion", "--reason", "something to begin with"),
        ):
            command = [sys.executable, "-m", "mlops_console", "--store", str(STORE), *words]
            subprocess.run(command, cwd=FLIGHTS, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True)


@contextlib.contextmanager
def trainings():
    """Trainings in the background, in a session of their own: a Ctrl-C in the console is not for them."""
    with (PLACE / "trainings.log").open("wb") as log:
        running = subprocess.Popen(
            training_command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGTERM)
        try:
            running.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def put_back_times():
    """Git keeps no times: without their own, the runs of plain files would all look as if begun just now."""
    for number, folder in enumerate(sorted((HERE / "house-prices" / "experiments").iterdir())):
        day = re.match(r"(\d{4})-(\d\d)-(\d\d)-", folder.name)
        if day:
            begun = datetime(*map(int, day.groups()), 9 + number % 8, 10, tzinfo=UTC).timestamp()
            for file in folder.iterdir():
                at = begun if file.name == "params.yaml" else begun + 40 + 7 * number
                with contextlib.suppress(OSError):
                    os.utime(file, (at, at))


def leave(*_):
    """Go through the `finally` of everything when told to end."""
    raise SystemExit(143)


def main():
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("make demo needs a terminal. On one it would start")
        print("  " + " ".join(training_command()))
        print("and, until you quit it with q,")
        print("  " + " ".join(console_command()))
        return 0
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)
    put_back_times()
    with place(), trainings():
        print("A model of the flights goes into production first.")
        production()
        # What the projects' own commands call `python` has the packages of the demo.
        path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"
        console = subprocess.Popen(console_command(), env={**os.environ, "PATH": path})
        try:
            code = console.wait()
        finally:
            console.terminate()
            console.wait()
    print("The trainings are stopped and the store of the demo is removed.")
    return code


if __name__ == "__main__":
    sys.exit(main())
