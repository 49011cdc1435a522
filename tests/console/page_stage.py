"""A run with everything a run can have, for pictures and snapshots of its page."""

from dataclasses import replace

import numpy as np
from tests.console.standins_run import (
    NOW,
    Answers,
    Change,
    Changes,
    Entry,
    Lineage,
    Note,
    Relative,
    Shown,
    histories,
    metric_of,
    run_view,
)

from mlops_console.console.run.facts import History
from mlops_console.records import Artifact, ModelFile, Problem

DAY = 86_400_000_000
LOG = (
    """\
2023-11-14 22:13:20 churn data/v12.parquet: 20,000 rows, sha256 71fe0c2
2023-11-14 22:13:21 WARNING 14 rows without a label are left out
"""
    + "".join(
        f"2023-11-14 22:{13 + epoch // 10:02d}:{epoch * 6 % 60:02d} epoch {epoch:2d}"
        f"  loss {0.7 - epoch * 0.011:.4f}  val loss {0.72 - epoch * 0.0105:.4f}"
        f"  auc {0.62 + epoch * 0.007:.4f}\n"
        for epoch in range(1, 42)
    )
    + """\
Traceback (most recent call last):
  File "train.py", line 82, in save
    torch.save(model, path)
OSError: [Errno 28] No space left on device
2023-11-14 22:17:31 INFO retried on /data2
2023-11-14 22:17:32 checkpoint saved, 18.2 MB
"""
)
DIFF = """\
diff --git a/train.py b/train.py
index 1a2b3c4..5d6e7f8 100644
--- a/train.py
+++ b/train.py
@@ -12,7 +12,8 @@ def main():
     model = build(width=args.width)
-    optimiser = Adam(model.parameters(), lr=3e-3)
+    # plateau at epoch 38 with the larger rate
+    optimiser = AdamW(model.parameters(), lr=args.lr)
     for epoch in range(args.epochs):
"""
FILES = (
    ("best.ckpt", 18_200_000, "model"),
    ("checkpoints/epoch-20.ckpt", 18_200_000, "model"),
    ("checkpoints/epoch-40.ckpt", 18_200_000, "model"),
    ("config.yaml", 412, "yaml"),
    ("diff.patch", len(DIFF), "text"),
    ("metrics.jsonl", 48_000, "json"),
    ("output.log", len(LOG), "log"),
    ("plots/confusion.png", 30_412, "image"),
    ("plots/roc.png", 28_100, "image"),
    ("predictions.parquet", 412_000_000, "table"),
    ("worker.log", 900, "log"),
)
YAML = (
    (("model", "key"), (": ", "muted"), ("mlp", "string")),
    (("optim", "key"), (":", "muted")),
    (("  name", "key"), (": ", "muted"), ("adamw", "string")),
    (("  lr", "key"), (": ", "muted"), ("0.001", "number")),
    (("# lowered after the plateau", "muted"),),
    (("epochs", "key"), (": ", "muted"), ("60", "number")),
)


def system(name: str, level: float, swing: float, points: int = 41) -> tuple[str, History]:
    step = np.arange(points)
    value = level + swing * np.sin(step / 2.0) + swing / 3 * np.cos(step * 1.7)
    return name, History(step, NOW + step * 6_000_000, value)


PARAMS = {
    "lr": 1e-3,
    "width": 512,
    "dropout": 0.2,
    "warmup": 200,
    "seed": 7,
    "batch": 1024,
    "optim": "adamw",
    "epochs": 60,
    "layers": [64, 64],
    "schedule": "cosine",
    "data.path": "data/v12.parquet",
}
ENVIRONMENT = {
    "git.commit": "9a1c2e4f00aa11bb22cc33dd44ee55ff66007788",
    "git.branch": "wider",
    "git.dirty": True,
    "git.remote": "git@example.org:lab/churn.git",
    "script": "train.py",
    "command": "python train.py --lr 1e-3 --width 512",
    "python": "3.11.4",
    "host": "gpu-box",
    "user": "ana",
    "cpus": 16,
    "gpus": ["A100-SXM4-40GB"],
    "platform": "Linux-6.8.0-x86_64",
    "env.CUDA_VISIBLE_DEVICES": "0",
    "packages": {"numpy": "2.1.0", "torch": "2.5.1", "pandas": "2.2.3", "scikit-learn": "1.9.0"},
}


def history(run: str) -> tuple[Changes, Lineage]:
    """What changed, and who is related."""
    changes = Changes(
        run,
        "7c11d0aa5678",
        "mlp-narrow",
        "the run of train.py before it",
        (
            Change("param", "lr", 3e-3, 1e-3),
            Change("param", "width", 256, 512),
            Change("param", "dropout", 0.1, 0.2),
            Change("param", "warmup", None, 200),
            Change("code", "git.commit", "71fe0c2", "9a1c2e4"),
            Change("package", "torch", "2.5.0", "2.5.1"),
            Change("data", "churn-v12 rows", 19000, 20000),
            Change("metric", "val/auc", 0.9131, 0.9093),
            Change("metric", "val/loss", 0.2160, 0.2291),
        ),
        DIFF * 2,
    )
    lineage = Lineage(
        Relative("aa00bb11cc22", "sweep7", "running", "parent"),
        (),
        0,
        (
            Relative("8790aaaa0001", "mlp-wide-seed1", "finished", "other seed", "seed 1"),
            Relative("8785aaaa0002", "mlp-wide-seed2", "failed", "other seed", "seed 2"),
        ),
        ({"name": "churn-v12", "sha256": "71fe0c2aaaa", "rows": 20000},),
        (ModelFile("runs/sweep7/042/best.ckpt", "pytorch"),),
    )
    return changes, lineage


def stage(status: str = "running", **changes: object) -> Answers:
    """A run on its way, with a log, files, a history."""
    points = histories()
    points |= dict(
        (
            system("system/gpu.0.utilization", 71, 4),
            system("system/gpu.0.memory_gb", 9.1, 0.05),
            system("system/memory_gb", 3.2, 0.1),
            system("system/cpu", 41, 9),
        )
    )
    view = run_view()
    view = replace(
        view,
        name="mlp-wide",
        status=status,
        started=NOW,
        ended=None if status == "running" else NOW + 242_000_000,
        active=NOW + 242_000_000,
        params=PARAMS,
        tags={"owner": "ana"},
        environment=ENVIRONMENT,
        datasets=({"name": "churn-v12", "sha256": "71fe0c2aaaa", "rows": 20000},),
        artifacts=tuple(Artifact(path, size, NOW + 200_000_000) for path, size, _ in FILES),
        models=(ModelFile("runs/sweep7/042/best.ckpt", "pytorch"),),
        metrics=tuple(metric_of(key, history) for key, history in points.items()),
        problems=(Problem("runs/sweep7/042/metrics.csv", "line 812 has 3 fields where 5 are named", 40123),),
        folder="/home/ana/churn/runs/sweep7/042",
        **changes,  # type: ignore[arg-type]
    )
    told = Staged(view, points)
    told.files = tuple(Entry(path, size, NOW + 200_000_000, kind) for path, size, kind in FILES)
    told.logs = {"output.log": LOG.splitlines(), "worker.log": ["worker 0 started"]}
    told.changes, told.lineage = history(view.id)
    told.notes = [
        Note("1", view.id, "Best so far; the plateau at 38 goes away with the lower rate.", "ana", NOW)
    ]
    told.tags = {"baseline": "", "paper": "table 2"}
    return told


class Staged(Answers):
    """Previews as the workspace makes them."""

    def preview(self, _: object, run: str, path: str, width: int, height: int, wanted: object) -> Shown:
        self.previews.append((path, width, height))
        if path.endswith(".yaml"):
            return Shown("yaml", path, (("", "412 B"), ("", "6 lines")), YAML)
        if path.endswith(".png"):
            rows = tuple(
                tuple(
                    ("▀", f"#{y * 12 % 256:02x}{x * 5 % 256:02x}80 on #{x * 5 % 256:02x}{y * 9 % 256:02x}40")
                    for x in range(min(width, 2 * height))
                )
                for y in range(height - 2)
            )
            return Shown("image", path, (("", "640 x 480"), ("", "png")), rows)
        if path.endswith(".ckpt"):
            facts = (("format", "pytorch"), ("size", "18.2 MB"))
            rows = (
                (("tensors     ", "muted"), ("14", "text")),
                (("parameters  ", "muted"), ("4,549,122", "text")),
                (("! ", "bad"), ("imports os.system when it is opened: never executed here", "bad")),
            )
            return Shown("model", path, facts, rows, "described from its bytes, nothing of it was run")
        if path.endswith(".parquet"):
            rows = ((("id      score  label", "muted"),), (("1042    .9312  1", "text"),))
            return Shown("table", path, (("rows", "12,000,000"), ("columns", "3")), rows, "the first rows")
        return super().preview(_, run, path, width, height, wanted)
