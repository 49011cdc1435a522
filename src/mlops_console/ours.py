"""Where our own things lie in a project, relative to it: what others decided, and copies of models.

Standard library only, as what records runs and what loads models come through here.
"""

OURS = ".mlops-console"
"""Never scanned for runs, and no change of anybody's code."""
JOURNAL = f"{OURS}/journal"
"""What people decided."""
MODELS = f"{OURS}/models"
"""The registry's own copies of versions."""
BASELINES = f"{OURS}/baselines"
"""References that belong to versions: `<model>/<sha256>.baseline`."""
TRAININGS = f"{OURS}/trainings"
"""What trainings that people started print, and their locks: `<model>/<id of the event>/`."""
DRIFT = f"{OURS}/drift"
"""Judged windows of monitors, one file each: `<monitor>/<window>-<digest>.json`."""
POINTERS = "aliases"
"""In the folder of a model: what each alias stands for, derived from the journal."""


def pointer_of(model: str, alias: str) -> str:
    """The file that says what an alias stands for, to code that loads the model by its name."""
    return f"{MODELS}/{model}/{POINTERS}/{alias}.json"
