"""The words that stand where no project has a monitor, with the next step."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_console.console.drift.state import Shown
    from mlops_console.console.widgets.empty import Words


def no_monitor(shown: "Shown") -> "list[Words]":
    """What is not there, and what to write."""
    lines: list[Words] = [[("No monitor watches anything yet", "text", True)], []]
    for at, one in enumerate(shown.lost[:3]):
        lines.append([("! " if not at else "  ", "warn", True), (one, "second", False)])
    if shown.lost:
        lines.append([])
    for at, project in enumerate(shown.projects[:3]):
        lines.append(
            [("looking in  " if not at else " " * 12, "muted", False), (project.root, "second", False)]
        )
    if len(shown.projects) > 3:
        lines.append([(f"{'':12}and {len(shown.projects) - 3} more projects", "muted", False)])
    lines += [
        [],
        [("A monitor is a few lines in the ", "muted", False), ("mlops-console.toml", "second", False),
         (" of a project:", "muted", False)],
        [],
        [("    [monitors.loans]", "text", False)],
        _key('reference = "train.parquet"', 'or model = "churn": what it was trained on'),
        _key('current = "logs"', "a folder, a file or a glob of what comes in"),
        _key('window = "day"', "or week, month, file, 5000 rows"),
        _key('time = "at"', "the column that says when"),
        [],
        [("then   ", "muted", False), ("mlops-console drift check", "second", False),
         (" judges what is there, and so does this console from now on", "muted", False)],
        [("or     ", "muted", False), ("mlops-console drift compare REFERENCE CURRENT", "second", False),
         (" compares any two tables", "muted", False)],
    ]  # fmt: skip
    return lines


def _key(text: str, means: str) -> "Words":
    return [(f"    {text:<28}", "text", False), (f"   {means}", "muted", False)]
