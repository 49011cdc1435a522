"""Copying, deploying and verifying a model beside `cp -r` plus `sha256sum`; loading one by name; kill -9.

python benchmarks/promote.py [--size 1000] [--turns 3] [--files 50000] [--kills 500] [--folder DIR]

Ours and the peer take turns on the same files, and what was written goes to the disk before the next turn
begins. Ours is on the disk when it ends, the peer is not: beside the peer as it is stands the peer followed
by `sync`. Speed is the peer's seconds over ours. FOLDER is where: on the disk that is to be measured.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from measuring import leave, verdict

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.promotion.killing import HEALTH, Readers, Stage, left_over, whole_sha256  # noqa: E402

from mlops_console.promotion.kept import keep_copy, kept_path, verify_kept  # noqa: E402
from mlops_console.promotion.manifest import Manifest  # noqa: E402
from mlops_console.promotion.releases import put_release  # noqa: E402
from mlops_console.promotion.target import held_target  # noqa: E402
from mlops_console.serving import model_path  # noqa: E402

LEAST = 0.8
RATIOS = [
    ("register", "cp -r, sha256sum"), ("deploy", "cp -r, sha256sum"), ("register", "the same, sync"),
    ("deploy", "the same, sync"), ("verify", "sha256sum"),
]  # fmt: skip
PEER = 'cp -r "$1" "$2" && cd "$2" && find . -type f -print0 | xargs -0 sha256sum > /dev/null'
HASHES = 'cd "$1" && find . -type f -print0 | xargs -0 sha256sum > /dev/null'


def seconds(do: Callable[[], object], folder: Path) -> float:
    """How long something takes; the disk is at rest before."""
    subprocess.run(["sync", "-f", folder], check=True)
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def shell(script: str, *words: Path) -> None:
    subprocess.run(["sh", "-c", script, "_", *words], check=True)


def made(folder: Path, sizes: list[int]) -> Path:
    """A model in a project; random bytes, which nothing can shrink."""
    for number, size in enumerate(sizes):
        place = folder / "m" / (f"{number // 1000:03d}/{number}.bin" if len(sizes) > 100 else f"{number}.bin")
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as file:
            left = size
            while left:
                left -= file.write(os.urandom(min(left, 8 << 20)))
    return folder


def shape(name: str, sizes: list[int], folder: Path, turns: int) -> list[bool]:
    """One kind of model: ours against the peer."""
    project = made(folder / "project", sizes)
    taken: dict[str, list[float]] = {}
    for turn in range(turns + 1):  # the first warms caches
        if turn == 1:
            taken.clear()
        for path in (project / ".mlops-console", folder / "target"):
            shutil.rmtree(path, ignore_errors=True)
        for what, found in one_turn(project, folder, sum(sizes)):
            taken.setdefault(what, []).append(found)
    middle = {what: statistics.median(found) for what, found in taken.items()}
    print(f"{name}: " + ", ".join(f"{what} {found:.2f} s" for what, found in middle.items()))
    held = []
    for ours, peer in RATIOS:
        ratio = middle[peer] / middle[ours]
        holds = ratio >= LEAST
        print(
            f"{'ok  ' if holds else 'FAIL'}  {name}: {ours} at {ratio:.0%} of {peer} (at least {LEAST:.0%})"
        )
        held.append(holds)
    shutil.rmtree(folder)
    return held


def one_turn(project: Path, folder: Path, size: int) -> Iterator[tuple[str, float]]:
    """Peer and ours once, on the same files."""
    model, out = project / "m", folder / "out"
    yield "cp -r, sha256sum", seconds(lambda: shell(PEER, model, out), folder)
    shutil.rmtree(out)
    yield "the same, sync", seconds(lambda: shell(f'({PEER}); sync -f "$2"', model, out), folder)
    shutil.rmtree(out)
    yield "sha256sum", seconds(lambda: shell(HASHES, model), folder)
    yield "register", seconds(lambda: keep_copy(str(project), "churn", "m"), folder)
    copies = (project / ".mlops-console/models/churn").iterdir()
    sha256 = next(one.name for one in copies if len(one.name) == 64)
    kept = kept_path(str(project), "churn", sha256)
    assert kept is not None
    said = Manifest("churn", 1, "ID", sha256, size, "", "me", 0, "here", 1, str(project), "E", "h")

    def deploy() -> None:
        with held_target(folder / "target"):
            put_release(folder / "target", str(project), str(kept.relative_to(project)), said)

    yield "deploy", seconds(deploy, folder)
    yield "verify", seconds(lambda: verify_kept(str(project), "churn", sha256, full=True), folder)
    yield "verify again", seconds(lambda: verify_kept(str(project), "churn", sha256), folder)


def loading(folder: Path) -> list[bool]:
    """`model_path` on a target, in this process and in a fresh one."""
    project = made(folder / "project", [1 << 20] * 10)
    copied = keep_copy(str(project), "churn", "m")
    said = Manifest(
        "churn", 1, "ID", copied.sha256, copied.size, "", "me", 0, "here", 1, str(project), "E", "h"
    )
    with held_target(folder / "target"):
        put_release(folder / "target", str(project), "m", said)
    (folder / "target/current").symlink_to(f"releases/{copied.sha256}")
    times = []
    for _ in range(500):
        begun = time.process_time()
        model_path(folder / "target")
        times.append(time.process_time() - begun)
    code = f"import mlops_console; mlops_console.model_path({str(folder / 'target')!r})"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    found = {}
    for name, words in {"nothing": "pass", "model_path": code}.items():
        each = []
        for _ in range(11):
            begun = os.times()
            subprocess.run([sys.executable, "-c", words], env=environment, check=True)
            ended = os.times()
            each.append(
                ended.children_user + ended.children_system - begun.children_user - begun.children_system
            )
        found[name] = statistics.median(each)
    shutil.rmtree(folder)
    return [
        verdict("model_path of ten files", statistics.median(times) * 1000, 5, "ms of CPU"),
        verdict("in a fresh process", (found["model_path"] - found["nothing"]) * 1000, 60, "ms of CPU"),
    ]


def kills(folder: Path, count: int) -> list[bool]:
    """Kill -9 at any step of any deed, with readers at the target all the time."""
    stage, chance = Stage(folder), random.Random(7)
    for name in ("a", "b", "c"):
        stage.ask("register", path=stage.model(name, name, size=2 << 20))
    (stage.project / "mlops-console.toml").write_text(HEALTH.format(stage.target, "true"))
    stage.ask("deploy", version="churn@1", target="production")
    stage.ask("move", version="churn@1")
    killed, wrong = 0, []
    with Readers(stage.target, 2) as readers:
        while killed < count:
            deed = chance.choice(["deploy", "deploy", "return", "register", "move"])
            at, when = chance.randrange(1, 75), chance.choice(["before", "half", "after"])
            answer, found = kill_once(stage, deed, at, when, chance)
            killed += answer is None
            wrong += [(deed, at, when, one) for one in found]
    left = left_over(stage.target, stage.project / ".mlops-console/models")
    stage.close()
    print(f"{killed} kills, {readers.reads:,} whole reads of current meanwhile")
    for one in wrong[:10]:
        print("  ", one)
    return [
        verdict("wrong after a kill", len(wrong), 0, "times"),
        verdict("acknowledged and lost", sum("lost" in one[3] for one in wrong), 0, "decisions"),
        verdict("torn reads", len(readers.torn), 0, "reads"),
        verdict("left over in the end", len(left), 0, "files"),
    ]


def kill_once(
    stage: Stage, deed: str, at: int, when: str, chance: random.Random
) -> tuple[dict[str, Any] | None, list[str]]:
    """One deed, killed at a step if it has so many; its answer, and what is wrong after it."""
    before, versions = os.readlink(stage.target / "current"), stage.ask("settle")["versions"]
    version = f"churn@{chance.choice(sorted(versions))}"
    wish = HEALTH.format(stage.target, "false" if deed == "return" else "true")
    (stage.project / "mlops-console.toml").write_text(wish)
    if deed == "register":
        name = f"n{len(list((stage.project / 'models').iterdir()))}"
        answer = stage.ask("register", path=stage.model(name, name, size=1 << 20), at=at, when=when)
    elif deed == "move":
        answer = stage.ask("move", version=version, at=at, when=when)
    else:
        answer = stage.ask("deploy", version=version, target="production", at=at, when=when)
    wrong, now = [], os.readlink(stage.target / "current")
    if whole_sha256(stage.target / now) != now.removeprefix("releases/"):
        wrong.append("current is not whole")
    if now != before and (deed in ("register", "move") or versions[version.partition("@")[2]] not in now):
        wrong.append("current moved")
    loaded = whole_sha256(model_path("churn@champion", stage.project))
    said = stage.ask("settle")
    if loaded not in said["versions"].values():
        wrong.append("the alias points to no version")
    if whole_sha256(model_path("churn@champion", stage.project)) != said["champion"]:
        wrong.append("the alias is not in line")
    if said["problems"] or said["open"] or said["journal"]:
        wrong.append(f"{said['problems']} {said['open']} {said['journal']}")
    if answer is not None and deed == "register" and str(answer["version"]) not in said["versions"]:
        wrong.append("a version is lost")
    if answer is not None and deed == "deploy" and answer["now"] != now.removeprefix("releases/"):
        wrong.append("a deployment is lost")
    return answer, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=1000, help="MB of a large model")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--files", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    held = []
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="promote-") as kept:
        folder = Path(kept)
        if asked.size:
            large = asked.size * 1_000_000
            held += shape("five files", [large // 5] * 5, folder / "five", asked.turns)
            held += shape("one file", [large], folder / "one", asked.turns)
        if asked.files:
            held += shape(f"{asked.files:,} files", [4096] * asked.files, folder / "many", 1)
        held += loading(folder / "loading")
        if asked.kills:
            held += kills(folder / "kills", asked.kills)
    leave(held)


if __name__ == "__main__":
    main()
