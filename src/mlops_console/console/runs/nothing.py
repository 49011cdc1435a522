"""The words that stand where no run can be listed, each with the next step."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp
    from mlops_console.console.runs.view import RunsView
    from mlops_console.console.widgets.empty import Words


def nothing_to_show(app: "ConsoleApp", choices: "RunsView", *, loaded: bool) -> "list[Words]":
    """Why there are no rows, what is being watched, and what to do."""
    workspace, health = app.workspace, app.health
    if workspace is None or not loaded:
        return [[("Opening the store", "muted", False)]]
    gone = health is not None and health.watchable > health.watching
    if choices.where:
        return [
            [("No run matches this filter", "text", True)],
            [],
            [
                ("/", "text", True),
                ("  change it     ", "muted", False),
                ("Esc", "text", True),
                ("  all runs again", "muted", False),
            ],
        ]
    if not workspace.projects:
        return [
            [("Nothing is watched yet", "text", True)],
            [],
            [("Start it with a folder:  ", "muted", False), ("mlops-console FOLDER", "text", False)],
        ]
    lines: list[Words] = [[("No runs yet", "text", True)], []]
    lines += [
        [("watching  ", "muted", False), (project.root, "second", False)]
        for project in workspace.projects[:6]
    ]
    if gone:
        lines += [
            [],
            [
                ("! ", "warn", True),
                ("some folders can't be reached; ", "second", False),
                ("!", "text", True),
                ("  says why", "muted", False),
            ],
        ]
    if health is not None and health.state == "scanning":
        lines += [[], [("Looking through the folders", "accent", False)]]
    else:
        lines += [[], [("A run shows here within a second of its first line.", "muted", False)]]
    return lines
