"""What is wished of one model: `[models.NAME]` and what lies below it."""

from dataclasses import dataclass, field
from typing import Final

from mlops_console.wishes.commands import TRAINING, command_of
from mlops_console.wishes.gates import Gates, read_gates
from mlops_console.wishes.known import GATES, nearest
from mlops_console.wishes.model import Command, Goal, Kpi, ModelWishes, Target
from mlops_console.wishes.naming import why_no_name
from mlops_console.wishes.tables import Table

MODEL_KEYS: Final = (
    "owner", "metric", "goal", "purpose", "limits", "slices", "copy", "kpis", "gates", "targets",
    "retrain",
)  # fmt: skip
KPI_KEYS: Final = (
    "metric", "goal", "floor", "target", "owner", "review", "worth", "currency", "per", "purpose",
)  # fmt: skip
TARGET_KEYS: Final = ("folder", "keep", "smoke", "health")
_GOALS: Final = ("min", "max")
_MEANT: Final = {
    "maximize": "max", "maximise": "max", "maximum": "max", "higher": "max", "up": "max", "more": "max",
    "minimize": "min", "minimise": "min", "minimum": "min", "lower": "min", "down": "min", "less": "min",
}  # fmt: skip
_JUDGED_BY: Final = {
    "metric": ("significant", "slices"), "goal": ("significant", "slices"), "slices": ("slices",),
    "kpis": ("kpis",),
}  # fmt: skip
"""Which gates look at what a key says."""
_MOST: Final = 50
"""Targets of one model."""
_DECADE: Final = 3650 * 86_400.0


@dataclass(slots=True)
class Usual:
    """What holds for every model."""

    gates: Gates = field(default_factory=Gates)
    targets: dict[str, Table] = field(default_factory=dict)
    retrain: Command | None = None


def read_model(name: str, table: Table, usual: Usual) -> ModelWishes:
    """One model's table."""
    unknown = table.known(*MODEL_KEYS)
    metric, goal = table.text("metric"), _goal(table)
    slices = table.texts("slices")
    kpis = _kpis(table, metric, goal)
    gates = read_gates(table, "gates").over(usual.gates)
    for key in unknown:
        if isinstance(table.values[key], dict) or nearest(key, ("gates", *GATES)):
            gates.shut_all(table.at(key), "gates may stand here, where they are not looked for")
    for key, judges in _JUDGED_BY.items():
        misspelt = [one for one in unknown if nearest(one, MODEL_KEYS) == key]
        for wrong in (*([key] if key in table.wrong else []), *misspelt):
            gates.shut_where(judges, table.at(wrong), f"what it says of `{key}` can't be used")
    return ModelWishes(
        name,
        owner=table.text("owner"),
        metric=metric,
        goal=goal,
        purpose=table.text("purpose"),
        limits=table.text("limits"),
        slices=slices,
        copy=table.flag("copy", True),
        kpis=kpis,
        gates=gates.mapping(),
        targets=_targets(table, usual),
        retrain=retrain_of(table) if "retrain" in table.values else usual.retrain,
    )


def retrain_of(table: Table) -> Command | None:
    """What trains models anew, of one or of all; None where nobody says it."""
    if "retrain" not in table.values:
        return None
    return command_of(table.values["retrain"], table.at("retrain"), table.mistakes, TRAINING)


def usual_model(top: Table, usual: Usual) -> ModelWishes:
    """What holds for a model that the file does not name; `{model}` stands for its name."""
    nothing = Table(top.path, {}, top.mistakes)
    targets = _targets(nothing, usual, fill=False)
    return ModelWishes("", gates=usual.gates.mapping(), targets=targets, retrain=usual.retrain)


def usual_targets(top: Table) -> dict[str, Table]:
    """`[targets.NAME]` by name."""
    found = _few(top.table("targets"))
    for table in found.values():
        folder = table.values.get("folder")
        if isinstance(folder, str) and "{model}" not in folder:
            table.say(
                "folder",
                "holds for every model, so several would take each other's place",
                f'let it name the model: folder = "{folder.rstrip("/")}/{{model}}"',
            )
    return found


def _goal(table: Table) -> Goal | None:
    said = table.choice("goal", _GOALS, _MEANT)
    return "min" if said == "min" else "max" if said == "max" else None


def _kpis(model: Table, metric: str, goal: Goal | None) -> tuple[Kpi, ...]:
    value = model.values.get("kpis")
    if isinstance(value, list):
        name = str(model.path[-1])
        model.say("kpis", "must be tables with a name each", f"begin one with [models.{name}.kpis.NAME]")
        return ()
    holder = model.table("kpis")
    found = []
    for name, table in holder.tables() if holder else ():
        kpi = _kpi(name, table, metric, goal)
        if kpi is None:
            model.wrong.append("kpis")
        else:
            found.append(kpi)
    if holder and holder.wrong:
        model.wrong.append("kpis")
    return tuple(found)


def _kpi(name: str, table: Table, model_metric: str, model_goal: Goal | None) -> Kpi | None:
    """One KPI; None where what its gate judges by can't be understood."""
    unknown = table.known(*KPI_KEYS)
    metric = table.text("metric", name)
    goal = _goal(table)
    floor, target = table.number("floor"), table.number("target")
    if goal is None and "goal" not in table.values:
        if metric == model_metric and model_goal is not None:
            goal = model_goal
        else:
            table.say("goal", "is missing", 'say which way is better: goal = "max" or goal = "min"')
    if floor is not None and target is not None and (target < floor if goal == "max" else target > floor):
        table.say("target", f"is worse than the floor, where {goal} is better")
    review = table.seconds("review", None, _DECADE)
    kpi_is_judged = not unknown and not {"metric", "goal", "floor", "target"} & set(table.wrong)
    if goal is None or not kpi_is_judged:
        return None
    return Kpi(
        name,
        metric,
        goal,
        floor,
        target,
        owner=table.text("owner"),
        review_days=None if review is None else review / 86_400,
        worth=table.number("worth"),
        currency=table.text("currency"),
        per=table.text("per"),
        purpose=table.text("purpose"),
    )


def _few(holder: Table | None) -> dict[str, Table]:
    """Tables by name; none, with a mistake, where there are more than anybody has."""
    found = dict(holder.tables()) if holder is not None else {}
    if holder is None or len(found) <= _MOST:
        return found
    holder.mistakes.add(holder.path, f"holds {len(found):,} tables; {_MOST} are the most")
    return {}


def _targets(model: Table, usual: Usual, *, fill: bool = True) -> tuple[Target, ...]:
    holder = model.table("targets")
    own = _few(holder)
    found = []
    for name in dict.fromkeys((*usual.targets, *own)):
        target = _target(name, _merged(usual.targets.get(name), own.get(name)))
        if target is not None:
            folder = target.folder.replace("{model}", str(model.path[-1])) if fill else target.folder
            found.append(Target(name, folder, target.keep, target.smoke, target.health))
    return tuple(found)


def _merged(usual: Table | None, own: Table | None) -> Table:
    """A model's own keys win; each mistake is where its key stands."""
    if own is None or usual is None:
        table = own or usual
        assert table is not None
        merged = Table(table.path, table.values, table.mistakes)
        merged.wrong = list(table.wrong)
        return merged
    values = {**usual.values, **own.values}
    origins = {key: (*usual.path, key) for key in usual.values if key not in own.values}
    return Table(own.path, values, own.mistakes, origins)


def _target(name: str, table: Table) -> Target | None:
    """One target; None with any mistake in it: nothing is deployed without the checks that were wished."""
    why = why_no_name(name)
    if why:
        table.mistakes.add(table.path, f"is no name of a target: it {why}")
        return None
    table.known(*TARGET_KEYS)
    folder = table.text("folder")
    if "folder" not in table.values:
        table.say("folder", "is missing", 'say where to: folder = "/srv/models"')
    elif not folder.strip() or "\0" in folder:
        table.say("folder", "names no folder")
    elif ".." in folder.split("/"):
        table.say("folder", "has a .. in it", "write the whole path of its folder")
    keep = table.whole("keep", 3, 1, 1_000)
    commands = {}
    for key in ("smoke", "health"):
        if key in table.values:
            commands[key] = command_of(table.values[key], table.at(key), table.mistakes)
            if commands[key] is None:
                return None
    if table.wrong:
        return None
    return Target(name, folder, keep, commands.get("smoke"), commands.get("health"))
