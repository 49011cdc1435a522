"""What it costs to ask for the version, and to import the recorder, over a bare interpreter.

python benchmarks/startup.py [TURNS]
"""

import sys
import tempfile
from pathlib import Path

from measuring import in_turns, leave, over, verdict


def main() -> None:
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 41
    python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        recorder = Path(folder) / "train.py"
        recorder.write_text("import mlops_console\nmlops_console.run\n")
        whole = Path(folder) / "record.py"
        whole.write_text(
            f"import mlops_console\nwith mlops_console.run(folder={folder!r}) as run:\n    run.log(loss=1)\n"
        )
        taken = in_turns(
            {
                "nothing": [python, "-c", "pass"],
                "version": [python, "-m", "mlops_console", "--version"],
                "script": [str(Path(python).with_name("mlops-console")), "--version"],
                "import": [python, str(recorder)],
                "record": [python, str(whole)],
            },
            turns,
        )
    print(f"Over python -c pass ({min(taken['nothing']) * 1e3:.1f} ms), CPU, medians of {turns} turns:")
    leave(
        [
            verdict("python -m mlops_console --version", over(taken, "version", "nothing") * 1e3, 100, "ms"),
            verdict("mlops-console --version", over(taken, "script", "nothing") * 1e3, 100, "ms"),
            verdict("importing the recorder", over(taken, "import", "nothing") * 1e3, 20, "ms"),
            verdict(
                "a whole run: git, packages, one point", over(taken, "record", "nothing") * 1e3, 250, "ms"
            ),
        ]
    )


if __name__ == "__main__":
    main()
