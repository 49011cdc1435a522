"""The words that stand where no model is registered, with the next step."""

from typing import TYPE_CHECKING

from mlops_console import display

if TYPE_CHECKING:
    from mlops_console.console.models.state import Shown
    from mlops_console.console.widgets.empty import Words
    from mlops_console.workspace import Workspace


def nothing_registered(workspace: "Workspace | None", shown: "Shown") -> "list[Words]":
    """What is not there, where is looked, and how a first model comes here."""
    lines: list[Words] = [[("No model is registered yet", "text", True)], []]
    projects = workspace.projects if workspace is not None else []
    for at, project in enumerate(projects[:4]):
        lines.append(
            [("looking in  " if not at else " " * 12, "muted", False), (project.root, "second", False)]
        )
    if len(projects) > 4:
        lines.append([(f"{'':12}and {len(projects) - 4} more projects", "muted", False)])
    lines += [
        [],
        [
            ("2", "text", True),
            ("      Runs, then ", "muted", False),
            ("P", "text", True),
            (" on a run registers its model as version 1", "muted", False),
        ],
        [("or     ", "muted", False), ("mlops-console register RUN MODEL", "second", False)],
        [],
        [
            ("What must hold before a version is promoted stands in ", "muted", False),
            ("mlops-console.toml", "second", False),
            (":", "muted", False),
        ],
        [
            ("mlops-console init", "second", False),
            (" writes one from what it sees in the project.", "muted", False),
        ],
    ]
    for name, many in list(shown.elsewhere.items())[:3]:
        versions = display.counted(many, "version")
        lines += [
            [],
            [
                (f"MLflow has {versions} of {name} here:  ", "muted", False),
                (f":adopt {name}", "second", False),
            ],
        ]
    lines += [[("! ", "warn", True), (one, "second", False)] for one in shown.problems[:3]]
    return lines
