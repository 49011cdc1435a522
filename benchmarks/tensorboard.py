"""How much CPU it takes to read TensorBoard event files, against TensorBoard's own readers.

    python benchmarks/tensorboard.py [--runs N] [--mixed-runs N] [--rounds N] [--gen GEN_RUNS] [--json FILE]

Two sets of runs are made: one where every step logs the same ten tags, and a mixed one where no pattern
repeats (tags at different rates in changing order, histograms and images between scalars, resumed runs, half
of the runs as TensorFlow 2 writes them). On each, interleaved, so that a busy machine troubles all alike:

- our reader alone, in this process's child;
- `mlops-console scan` of the set into a new store;
- TensorBoard's data server loading it once, all scalars kept (`tensorboard-data-server`);
- TensorBoard's Python event accumulator, on a few of the runs, scaled up.

CPU seconds are those of the whole process tree, the best of the rounds; the figures are the ratios.
"""

import argparse
import json
import os
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from measuring import read_to_the_end

from mlops_console.readers.tensorboard.checksum import crc32c, masked

HERE = Path(__file__).resolve()
START = 1_700_000_000.0


# ---------------------------------------------------------------- writing event files


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def lengthed(field: int, data: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(data)) + data


def record(data: bytes) -> bytes:
    size = struct.pack("<Q", len(data))
    checks = [masked(crc32c(np.frombuffer(part, np.uint8))) for part in (size, data)]
    return size + struct.pack("<I", checks[0]) + data + struct.pack("<I", checks[1])


def event(wall: float, step: int, value: bytes) -> bytes:
    stepped = b"\x10" + varint(step) if step else b""
    return record(b"\x09" + struct.pack("<d", wall) + stepped + lengthed(5, lengthed(1, value)))


def scalar(tag: str, number: float) -> bytes:
    return lengthed(1, tag.encode()) + b"\x15" + struct.pack("<f", number)


def tensor(tag: str, number: float) -> bytes:
    """As TensorFlow 2 writes a scalar."""
    body = b"\x08\x01\x12\x00" + lengthed(4, struct.pack("<f", number))
    return lengthed(1, tag.encode()) + lengthed(8, body) + lengthed(9, lengthed(1, lengthed(1, b"scalars")))


def histogram(tag: str, rng: np.random.Generator) -> bytes:
    edges = np.sort(rng.normal(size=int(rng.integers(20, 80))))
    counts = rng.integers(0, 500, len(edges)).astype("<f8")
    head = b"".join(
        bytes([9 + 8 * k]) + struct.pack("<d", v) for k, v in enumerate((edges[0], edges[-1], 9e3, 1.0, 8.0))
    )
    body = head + lengthed(6, edges.astype("<f8").tobytes()) + lengthed(7, counts.tobytes())
    return lengthed(1, tag.encode()) + lengthed(5, body)


def image(tag: str, rng: np.random.Generator) -> bytes:
    body = b"\x08\x40\x10\x40\x18\x03" + lengthed(4, rng.bytes(int(rng.integers(3_000, 24_000))))
    return lengthed(1, tag.encode()) + lengthed(4, body)


def mixed_run(folder: Path, number: int, steps: int) -> int:
    """Write one run of the mixed set; returns its points."""
    rng = np.random.default_rng([11, number])
    often = [
        f"{part}/{name}"
        for part in ("train", "opt")
        for name in ("loss", "lr", "grad_norm", "tokens_per_second")
    ]
    seldom = [f"val/{name}" for name in ("loss", "accuracy", "f1", "calibration_error")]
    layers = [f"layer_{k}/{name}" for k in range(6) for name in ("weight", "bias")]
    rates = rng.uniform(0.3, 1.0, len(often))
    write = tensor if number % 2 else scalar
    folder.mkdir(parents=True)
    wall, points, first, parts = START + 600.0 * number, 0, 0, 1 + (number % 3 == 0)
    for part in range(parts):
        out = [record(b"\x09" + struct.pack("<d", wall) + lengthed(3, b"brain.Event:2"))]
        last = steps * (part + 1) // parts
        for step in range(first, last):
            tags = [
                tag
                for tag, drawn, rate in zip(often, rng.random(len(often)), rates, strict=True)
                if drawn < rate
            ]
            rng.shuffle(tags)
            if rng.random() < 0.02:
                tags += seldom
            for tag, number_ in zip(tags, rng.normal(size=len(tags)).tolist(), strict=True):
                wall += 0.01 + 0.02 * abs(number_)
                out.append(event(wall, step, write(tag, number_)))
            points += len(tags)
            if rng.random() < 0.01:
                out += [event(wall, step, histogram(tag, rng)) for tag in layers]
            if rng.random() < 0.004:
                out.append(event(wall, step, image("samples/first", rng)))
        (folder / f"events.out.tfevents.{int(START) + part}.box.{number}.{part}").write_bytes(b"".join(out))
        first = last - steps // 20  # a resumed run repeats some steps
    return points


def make_mixed(root: Path, runs: int, steps: int) -> int:
    return sum(mixed_run(root / "tb" / f"run_{number:06d}", number, steps) for number in range(runs))


def regular_run(folder: Path, number: int, metrics: int, steps: int) -> int:
    """Write one run where every step logs the same tags."""
    rng = np.random.default_rng([7, number])
    folder.mkdir(parents=True)
    out = [record(b"\x09" + struct.pack("<d", START) + lengthed(3, b"brain.Event:2"))]
    values = np.cumsum(rng.normal(0, 0.03, (steps, metrics)), axis=0)
    for step in range(steps):
        wall = START + 600.0 * number + 0.25 * step
        out += [event(wall, step, scalar(f"group_{k % 3}/metric_{k}", v)) for k, v in enumerate(values[step])]
    (folder / f"events.out.tfevents.{int(START)}.box.{number}.0").write_bytes(b"".join(out))
    return metrics * steps


def make_regular(root: Path, runs: int, metrics: int, steps: int, generator: str | None) -> int:
    if generator:
        sizes = ["--runs", str(runs), "--metrics", str(metrics), "--steps", str(steps)]
        subprocess.run([sys.executable, generator, str(root), *sizes, "--formats", "tb"], check=True)
        return runs * metrics * steps
    return sum(regular_run(root / "tb" / f"run_{n:06d}", n, metrics, steps) for n in range(runs))


# ---------------------------------------------------------------- measuring


def cpu_of_children(command: list[str], **options: object) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(root: Path) -> float:
    return cpu_of_children([sys.executable, str(HERE), "--read", str(root)]) - nothing()


def nothing() -> float:
    """What starting Python and importing our reader costs."""
    if not hasattr(nothing, "cost"):
        nothing.cost = cpu_of_children([sys.executable, str(HERE), "--read", "/nowhere"])
    return nothing.cost


def read_all(root: Path) -> int:
    """Read every run below a folder with our reader, in this process."""
    from mlops_console.readers.tensorboard import READER

    points = 0
    for folder, _, names in os.walk(root):
        files = [os.path.relpath(Path(folder, name), root) for name in names if "tfevents" in name]
        if files:
            points += read_to_the_end(READER, str(root), os.path.relpath(folder, root), files)
    return points


def scan(root: Path) -> float | None:
    with tempfile.TemporaryDirectory() as store:
        command = [sys.executable, "-m", "mlops_console", "--store", f"{store}/s.duckdb", "scan", str(root)]
        try:
            return cpu_of_children(command, stderr=subprocess.DEVNULL)
        except subprocess.CalledProcessError:
            return None


def data_server(root: Path, *options: str) -> float | None:
    """CPU seconds of TensorBoard's data server from its start until it has loaded everything once."""
    try:
        import tensorboard_data_server
    except ImportError:
        return None
    command = [
        tensorboard_data_server.server_binary(),
        "--logdir",
        str(root),
        "--port",
        "0",
        "--reload",
        "once",
    ]
    keep = ["--samples-per-plugin", "scalars=all", "-v", *options]
    with subprocess.Popen([*command, *keep], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) as server:
        for line in server.stderr or ():
            if b"Finished load cycle" in line:
                break
        fields = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
        server.kill()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def accumulator(root: Path, runs: int, of: int) -> float | None:
    """CPU seconds of the Python event accumulator on the first runs, scaled to all of them."""
    try:
        seconds = cpu_of_children(
            [sys.executable, str(HERE), "--accumulate", str(root), str(runs)], stderr=subprocess.DEVNULL
        )
        start = cpu_of_children(
            [sys.executable, str(HERE), "--accumulate", str(root), "0"], stderr=subprocess.DEVNULL
        )
    except subprocess.CalledProcessError:
        return None
    return (seconds - start) * of / runs


def accumulate(root: Path, runs: int) -> None:
    sys.path[:] = [p for p in sys.path if p != str(HERE.parent)]  # this file has the name of the peer
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    for folder in sorted((root / "tb").iterdir())[:runs]:
        EventAccumulator(str(folder), size_guidance={"scalars": 0}, purge_orphaned_data=False).Reload()


def measure(root: Path, runs: int, rounds: int) -> dict[str, float]:
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, seconds in (
            ("reader", ours(root)),
            ("scan", scan(root)),
            ("data server", data_server(root)),
            ("data server, checksums on", data_server(root, "--checksum")),
        ):
            if seconds is not None:
                best[name] = min(best.get(name, 1e9), seconds)
    seconds = accumulator(root, 2, runs)
    if seconds is not None:
        best["event accumulator (scaled)"] = seconds
    return best


def table(title: str, points: int, found: dict[str, float]) -> None:
    peer, slow, whole = found.get("data server"), found.get("event accumulator (scaled)"), found.get("scan")
    print(f"\n{title}: {points:,} points")
    for name, seconds in found.items():
        ratio = f"{seconds / peer:6.2f} x data server" if peer else ""
        print(f"  {name:28s} {seconds:8.2f} CPU s {points / seconds / 1e6:7.2f} M points/CPU s  {ratio}")
    if slow and whole:
        print(f"  scan takes 1/{slow / whole:.0f} of the event accumulator's CPU")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=1000)
    options.add_argument("--metrics", type=int, default=10)
    options.add_argument("--steps", type=int, default=1000)
    options.add_argument("--mixed-runs", type=int, default=300)
    options.add_argument("--mixed-steps", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--gen", help="a generator of regular runs to use instead of the one here")
    options.add_argument("--keep", help="folder for the sets, kept and used again")
    options.add_argument("--json", help="write the figures here too")
    options.add_argument("--read", help=argparse.SUPPRESS)
    options.add_argument("--accumulate", nargs=2, help=argparse.SUPPRESS)
    args = options.parse_args()
    if args.read:
        print(read_all(Path(args.read)))
        return
    if args.accumulate:
        accumulate(Path(args.accumulate[0]), int(args.accumulate[1]))
        return
    base = Path(args.keep or tempfile.mkdtemp(prefix="tensorboard-bench-"))
    figures = {}
    try:
        for name, runs, make in (
            ("regular", args.runs, lambda d: make_regular(d, args.runs, args.metrics, args.steps, args.gen)),
            ("mixed", args.mixed_runs, lambda d: make_mixed(d, args.mixed_runs, args.mixed_steps)),
        ):
            root = base / name
            if runs and not root.exists():
                began = time.monotonic()
                make(root)
                print(f"{name}: written in {time.monotonic() - began:.0f} s", file=sys.stderr)
            if runs:
                points = read_all(root)
                figures[name] = {"points": points, "cpu_seconds": measure(root, runs, args.rounds)}
                table(name, points, figures[name]["cpu_seconds"])
    finally:
        if not args.keep:
            shutil.rmtree(base)
    if args.json:
        Path(args.json).write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
