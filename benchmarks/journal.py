"""The journal: appends a second beside a bare loop of the same system calls, reading, kills, tampering.

python benchmarks/journal.py [--events 50000] [--kills 320] [--seconds 60] [--tamperings 10000] [--folder DIR]

Appends and the bare loop (temporary file, fsync, link, unlink, fsync of the folder) take turns, for a disk's
fsync is never twice as quick. The journal that is read is written without fsync. FOLDER is where all this
happens: on the disk that is to be measured.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from measuring import leave, verdict

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.journal import killing  # noqa: E402
from tests.journal.tampering import TAMPERINGS, damaged, whole  # noqa: E402

from mlops_console.journal.authors import user_name  # noqa: E402
from mlops_console.journal.log import Log  # noqa: E402
from mlops_console.journal.places import JournalPlace, month_of, place_of  # noqa: E402
from mlops_console.journal.serial import packed  # noqa: E402
from mlops_console.journal.ulid import milliseconds_of  # noqa: E402
from mlops_console.journal.verifying import verify  # noqa: E402
from mlops_console.settings import places  # noqa: E402

BODY = {"model": "churn", "alias": "champion", "version": 14, "way": "promote", "reason": "better " * 20}
TURNS, EACH = 10, 40


def main() -> None:
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="journal-", dir=asked.folder) as name:
        folder = Path(name)
        results = [
            *appending(_place(folder / "append")),
            *reading(_place(folder / "read"), asked.events),
            killing_and_writing(folder / "kill", asked.kills, asked.seconds),
            tampering(_place(folder / "tamper"), asked.tamperings),
        ]
    leave(results)


def appending(place: JournalPlace) -> list[bool]:
    """Journal and bare loop in turns."""
    log, bare = Log(place), Path(place.folder.root, "bare")
    bare.mkdir()
    ours, theirs, processor = [], [], []
    for turn in range(TURNS):
        begun, used = time.perf_counter(), time.process_time()
        for _ in range(EACH):
            log.append("alias", BODY)
        ours.append((time.perf_counter() - begun) / EACH)
        processor.append((time.process_time() - used) / EACH)
        begun = time.perf_counter()
        for number in range(EACH):
            _bare(bare, f"{turn}-{number}")
        theirs.append((time.perf_counter() - begun) / EACH)
    print(
        f"      {1 / statistics.median(ours):.0f} appends a second, bare {1 / statistics.median(theirs):.0f}"
    )
    ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    return [
        verdict("an append over the bare system calls", ratio, 3.0, "x"),
        verdict("processor of an append", statistics.median(processor) * 1e3, 2.0, "ms"),
    ]


def _bare(folder: Path, name: str) -> None:
    temporary = folder / f".tmp-{name}"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    os.write(fd, b"x" * 400)
    os.fsync(fd)
    os.close(fd)
    os.link(temporary, folder / name)
    os.unlink(temporary)
    fd = os.open(folder, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)


def reading(place: JournalPlace, count: int) -> list[bool]:
    """All events from their files; nothing new; one more; from what was kept."""
    _fill(place, count)
    used = time.process_time()
    log = Log(place)
    assert len(log.read().events) == count
    cold = time.process_time() - used
    for folder in (*place.folder.path.iterdir(), place.folder.path):
        os.utime(folder, (1, 1))
    log.read()
    used = time.process_time()
    for _ in range(100):
        log.read()
    idle = (time.process_time() - used) / 100
    kept = log.packed()
    used = time.process_time()
    again = Log(place, kept)
    assert not again.read().events
    warm = time.process_time() - used
    used = time.process_time()
    assert verify(place) == ()
    verified = time.process_time() - used
    print(f"      verifying {count:,} events: {verified:.1f} CPU s; kept: {len(kept) / 1e6:.1f} MB")
    scale = count / 50_000
    return [
        verdict(f"reading {count:,} events from their files", cold, 5.0 * scale, "CPU s"),
        verdict("reading when nothing is new", idle * 1e3, 1.0, "ms"),
        verdict("beginning with what was known", warm, 0.5 * max(scale, 0.2), "CPU s"),
    ]


def _fill(place: JournalPlace, count: int) -> None:
    parents: tuple[str, ...] = ()
    begun = time.time_ns() // 1_000_000 - count * 60_000
    for number in range(count):
        at = begun + number * 60_000
        event, data = packed(
            clock=number + 1, parents=parents, at=at * 1000, milliseconds=at, by=user_name(os.getuid()),
            uid=os.getuid(), host="box", kind="alias", body=BODY, evidence={},
        )  # fmt: skip
        parents = (event.sha256,)
        month = place.folder.path / month_of(milliseconds_of(event.id))
        month.mkdir(parents=True, exist_ok=True)
        (month / f"{event.id}-{event.uid}.json").write_bytes(data)


def killing_and_writing(folder: Path, kills: int, seconds: float) -> bool:
    """Killed writers, then eight at once: nothing acknowledged is lost, nothing torn."""
    place = _place(folder)
    words = [place.folder.root, str(folder / "store"), str(kills), str(os.getpid()), str(seconds), "8"]
    done = subprocess.run(
        [sys.executable, killing.__file__, *words], stdout=subprocess.PIPE, text=True, check=True
    )
    said = json.loads(done.stdout)
    strays = len(list(place.folder.path.glob("*/.tmp-*")))
    fresh = Log(place).read()
    found = {event.id for event in fresh.events}
    lost = set(said["acknowledged"]) - found
    findings = [*verify(place, seen={}), *fresh.problems]
    missing = len(found) < len(said["acknowledged"]) + sum(said["written"])
    print(
        f"      {said['killed']} kills -9: {len(said['acknowledged']):,} acknowledged, {len(lost)} lost,"
        f" {strays} strays; eight writers in {seconds:g} s: {sum(said['written']):,} events,"
        f" {min(said['written'])} to {max(said['written'])} each; {len(findings)} findings"
    )
    return verdict("lost, torn or wrong", len(lost) + len(findings) + missing, 0, "events")


def tampering(place: JournalPlace, count: int) -> bool:
    """One thing done by hand at a time, in a journal whose newest event was seen."""
    log = Log(place)
    for _ in range(25):
        log.append("alias", BODY)
    log.read()
    chance, before = random.Random(1), whole(place.folder.path)
    done, unfound, unseen = Counter[str](), 0, Counter[str]()
    for turn in range(count):
        deed = TAMPERINGS[turn % len(TAMPERINGS)]
        deed(chance, place.folder.path)
        done[deed.__name__] += 1
        unfound += not any(finding.severity == "error" for finding in verify(place))
        if not any(finding.severity == "error" for finding in verify(place, seen={})):
            unseen[deed.__name__] += 1
        damaged(before, place.folder.path)
    print(f"      {dict(done)}")
    print(f"      not found by who never saw the newest event: {dict(unseen) or 'nothing'}")
    return verdict(f"not found of {count:,} things done by hand", unfound, 0, "")


def _place(folder: Path) -> JournalPlace:
    root = folder / "project"
    root.mkdir(parents=True)
    return place_of(str(root), "key", places(str(folder / "store")))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=320)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--tamperings", type=int, default=10_000)
    parser.add_argument("--folder", default=None)
    return parser.parse_args()


if __name__ == "__main__":
    main()
