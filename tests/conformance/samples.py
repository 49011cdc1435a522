"""Small projects to try each reader on."""

import importlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.corpus import restoring

import mlops_console
from mlops_console.readers.contract import Reader
from mlops_console.readers.registry import registry

Build = Callable[[Path], Path]
"""Makes a project below a folder and returns its root."""


def readers() -> dict[str, Reader]:
    """Every registered reader, and the one that is named in the environment."""
    found = dict(registry())
    named = os.environ.get("MLOPS_CONSOLE_READER")
    if named:
        module, _, name = named.partition(":")
        reader = getattr(importlib.import_module(module), name or "READER")
        found[reader.name] = reader
    return found


def samples() -> list[tuple[str, str, Build]]:
    """(reader's name, sample's name, how to make it)."""
    found: list[tuple[str, str, Build]] = []
    for name in readers():
        found += [(name, case, _restored(case)) for case in restoring.cases(name)]
        if name in MADE:
            found.append((name, "made", MADE[name]))
    given = os.environ.get("MLOPS_CONSOLE_SAMPLES")
    if given:
        named = next(reversed(readers()))
        found += [
            (named, folder.name, _copied(folder))
            for folder in sorted(Path(given).iterdir())
            if folder.is_dir()
        ]
    return found


def _restored(case: str) -> Build:
    return lambda into: restoring.restore(case, into)


def _copied(folder: Path) -> Build:
    return lambda into: Path(shutil.copytree(folder, into / folder.name, symlinks=True))


def _recorded(into: Path) -> Path:
    root = into / "recorded"
    for seed in (0, 1):
        with mlops_console.run(
            {"lr": 0.1, "seed": seed}, folder=root / "runs", name=f"r{seed}", capture=False
        ) as run:
            for step in range(30):
                run.log(step, loss=1 / (step + 1), acc=float("nan") if step == 7 else step / 30)
    return root


def _plain(into: Path) -> Path:
    """What the cases of the corpus don't show: other shapes, encodings, delimiters, resumes, nesting."""
    root = into / "plain"
    files = {
        "wide/metrics.csv": "step,loss,acc,note\n0,1.5,,start\n1,1.25,0.5,\nstep,loss,acc,note\n"
        "1,1.2,0.55,again\n2,nan,0.6,\n3,inf,0.7,end",
        "wide/config.toml": 'lr = 0.1\n[model]\nlayers = [1, 2]\nname = "mlp"\n',
        "wide/eval.csv": "step,acc\n1,0.4\n3,0.6\n",
        "long/history.csv": "metric;step;value\nloss;0;1,5\nacc;0;0,1\nloss;1;1,25\nacc;1;0,2\n",
        "nested/log.jsonl": '{"epoch":0,"train":{"loss":1.0,"acc":0.1},"ts":1795403425.5}\n'
        '{"epoch":1,"train":{"loss":0.5,"acc":0.2},"val":{"loss":0.7},"ts":1795403426.5}\n',
        "nested/params.yaml": "optim: &o {name: adam, lr: 1e-3}\nother: *o\nseeds: [1, 2]\n",
        "lists/history.json": '{"loss": [1.0, 0.5, 0.25], "epoch": [1, 2, 3], '
        '"val": {"acc": [0.1, 0.2, 0.3]}, "best": 0.25}',
        "rows/scalars.json": '[{"step": 0, "loss": 1.0}, {"step": 1, "loss": 0.5}, '
        '{"step": 2, "loss": 0.4, "acc": 1}]',
        "final/config.json": '{"lr": 0.1, "net": {"depth": 3}}',
        "final/metrics.json": '{"test": {"acc": 0.9, "loss": 0.1}}',
        "results/adam.csv": "epoch,phase,loss\n0,train,1\n0,val,2\n1,train,0.5\n1,val,1\n",
        "results/sgd.csv": "epoch,phase,loss\n0,train,1\n0,val,2\n1,train,0.6\n1,val,1.1\n",
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / "wide16").mkdir()
    (root / "wide16/train_log.csv").write_bytes("Epoch\tLoss\n0\t1.5\n1\t1.25\n2\t1.0\n".encode("utf-16"))
    return root


def _lightning(into: Path) -> Path:
    """A name of one's own, a logger that is stopped and goes on, one with times, and TensorBoard's only."""
    root = into / "lightning"
    rows = [f"0,{step},{'' if step % 2 else step / 7},{step / 3 if step % 2 else ''}" for step in range(60)]
    files = {
        "logs/resnet/a=1/metrics.csv": "\r\n".join(["epoch,step,train_loss,val_loss", *rows, ""]),
        "logs/resnet/a=1/hparams.yaml": "lr: 0.1\nbetas: !!python/tuple\n- 0.9\n- 0.99\nnet:\n  depth: 3\n",
        "logs/resnet/a=1/checkpoints/epoch=2-step=60.ckpt": "",
        "lightning_logs/version_3/metrics.csv": "created_at,loss,step\n"
        "1795403425.5,1.0,0\n1795403426.5,nan,1\ncreated_at,loss,step\n1795403427.5,0.5,1\n"
        "created_at,acc,loss,step\n1795403428.5,0.5,,2\n1795403429.5,,0.25,3\n",
        "lightning_logs/version_4/hparams.yaml": "hidden: 4\n",
        "lightning_logs/version_4/config.yaml": "seed_everything: 1\nmodel:\n  hidden: 4\n",
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    return root


MADE: dict[str, Build] = {"recorded": _recorded, "plain": _plain, "lightning": _lightning}
