"""The names in a run's folder: what the recorder writes and the reader looks for."""

FORMAT = "mlops-console-run"
"""The value of `format` in `run.json`: the mark by which a run's folder is known."""
VERSION = 1

RUN = "run.json"
METRICS = "metrics.jsonl"
EVENTS = "events.jsonl"
END = "end.json"
COMMAND = "command.json"
PACKAGES = "packages.txt"
DIFF = "diff.patch"
ARTIFACTS = "artifacts"
"""Folder of the files that were copied into the run."""

FILES = (RUN, METRICS, EVENTS, END, COMMAND, PACKAGES, DIFF)
"""Every file of the format itself: none of them is an artifact."""

STEP = "_step"
TIME = "_time"
"""The two keys of a line of metrics that are no metrics."""
