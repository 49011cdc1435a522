"""What the model of a monitor hangs on: by it drift is ranked, effect times share of the importance."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from mlops_console.workspace.drifting.monitors import Watched

if TYPE_CHECKING:
    from mlops_console.journal.registry import Importance, Version
    from mlops_console.workspace.opening import Workspace


def importance_of(workspace: "Workspace", watched: Watched) -> Mapping[str, float] | None:
    """Feature -> share of the importance, together 1, of the version that a monitor's alias stands on.

    None: the monitor watches no model, it was never worked out for that version, or no column matters to it.
    """
    version = version_of(workspace, watched)
    return None if version is None or version.importance is None else shares(version.importance)


def version_of(workspace: "Workspace", watched: Watched) -> "Version | None":
    """The version that a monitor's alias stands on; None: it watches none, or that stands nowhere."""
    one = watched.monitor
    if not one.model:
        return None
    model = workspace.decisions.registry(watched.project.key).models.get(one.model)
    state = model.aliases.get(one.alias) if model is not None else None
    if model is None or state is None or state.version is None:
        return None
    return model.version(state.version.number) or state.version


def shares(importance: "Importance") -> Mapping[str, float] | None:
    """Share of each feature, together 1; None where none of them matters to the model.

    A column without which a model does better by chance has a negative figure: no share.
    """
    positive = {name: max(0.0, mean) for name, (mean, _) in importance.features.items()}
    total = sum(positive.values())
    return {name: value / total for name, value in positive.items()} if total > 0.0 else None


def usable(importance: Mapping[str, float] | None, features: Collection[str]) -> Mapping[str, float] | None:
    """These shares where they say anything about these features, which a model may know otherwise."""
    if importance is None or not any(importance.get(name, 0.0) > 0.0 for name in features):
        return None
    return importance
