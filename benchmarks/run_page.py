"""What opening a run's page costs, over a real pseudo-terminal: from Enter to its curves on the screen.

    python benchmarks/run_page.py [--runs 100000] [--keep FOLDER]

Wall time is what a person waits, and holds only on an idle machine. It is judged by the median of the rounds:
the least says what the machine can do, not what a person waits.
CPU is that of the whole console until nothing moves any more: also what is asked behind the first paint.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import leave, verdict
from table import Console

ROUNDS = 20
BRAILLE = b"\xe2\xa0", b"\xe2\xa1", b"\xe2\xa2", b"\xe2\xa3"


class Page(Console):
    """The console, asked to open runs."""

    def until_seen(self, wanted: tuple[bytes, ...], began: float) -> float:
        """Milliseconds from then until one of these is drawn."""
        while not any(one in self.taken for one in wanted):
            if time.perf_counter() - began > 10:
                raise SystemExit("the page never came")
            self.read(0.2)
        return (time.perf_counter() - began) * 1000

    def opened(self) -> tuple[float, float, float]:
        """Milliseconds from Enter to the head and to the curves, and CPU milliseconds of it all."""
        before, began = self.cpu(), time.perf_counter()
        os.write(self._fd, b"\r")
        head = self.until_seen((b"Curves",), began)
        curves = self.until_seen(BRAILLE, began)
        self.settle(0.6)
        return head, curves, self.cpu() - before


def main() -> None:
    """Write the store where it is not there, open pages, judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--keep")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        store = Path(options.keep or temporary) / f"{options.runs}" / "store.duckdb"
        if not store.exists():
            store.parent.mkdir(parents=True)
            maker = Path(__file__).with_name("many_runs.py")
            arguments = [str(maker), str(store), "--runs", str(options.runs), "--metrics", "8"]
            subprocess.run([sys.executable, *arguments], check=True)
        console = Page(str(store))
        try:
            console.until(b"sweep")
            console.settle(2.0)
            console.press("z", 0.6)  # without the preview, whose curves are none of the page's
            found = []
            for _ in range(ROUNDS + 1):
                console.taken = b""
                found.append(console.opened())
                console.press("\x1b", 0.3)
                console.press("j", 0.3)
        finally:
            console.close()
    head, curves, cpu = (sorted(one) for one in zip(*found[1:], strict=True))
    for name, values in (("head", head), ("curves", curves), ("CPU", cpu)):
        middle = statistics.median(values)
        print(f"{name:>7}  least {values[0]:.0f}  median {middle:.0f}  most {values[-1]:.0f} ms")
    first = found[0]
    print(f"  first  head {first[0]:.0f}  curves {first[1]:.0f}  CPU {first[2]:.0f} ms")
    leave(
        [verdict(f"a run's page at {options.runs:,} runs, the median", statistics.median(curves), 100, "ms")]
    )


if __name__ == "__main__":
    main()
