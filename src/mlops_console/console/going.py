"""From what needs somebody to the place where it is looked at."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from mlops_console.errors import ConsoleError

Begin: TypeAlias = tuple[str, tuple[str, ...]]
"""What is begun at a place: the name of its key in the keymap, and what it is told."""

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp
    from mlops_console.workspace.attention.model import Place

_LINE: Final = {"code": "-g", "codium": "-g", "subl": "", "hx": "", "helix": "", "zed": ""}
"""Editors that take FILE:LINE, and what stands before it; others take +LINE FILE."""


def open_place(app: "ConsoleApp", place: "Place", why: str = "", begin: Begin | None = None) -> None:
    """Show a place; Esc leads back. What can't be shown is said in the footer, with `why`.

    Args:
        app: The console.
        place: Where to.
        why: Said where a file can't be shown.
        begin: What is begun there, of the Models view: its panel asks before anything is done.
    """
    match place.view:
        case "runs":
            _runs(app, place.subject)
        case "run":
            from mlops_console.console.run.screen import RunPage

            app.push_screen(RunPage(place.subject))
        case "models":
            _models(app, place, begin)
        case "drift":
            from mlops_console.console.drift.opening import open_drift

            open_drift(app, place.project, place.subject, place.detail)
        case "overview":
            app.show_view("overview")
        case "file":
            _file(app, place, why)


def _runs(app: "ConsoleApp", where: str) -> None:
    """The runs with a filter."""
    from mlops_console.console.runs.screen import RunsScreen

    app.go_to_view("runs")
    screen = app.screen_stack[0]
    if not isinstance(screen, RunsScreen):
        return
    while len(app.screen_stack) > 1:
        app.pop_screen()

    def choose() -> None:
        screen.filter_line.show(where)
        screen.choices = replace(screen.choices, where=where)
        screen.load(anew=True)

    # Its own queue: a screen that is only just made has read its layout by then.
    screen.call_later(choose)


def _models(app: "ConsoleApp", place: "Place", begin: Begin | None) -> None:
    """A model, at one of its versions, or at one of its trainings."""
    from mlops_console.console.models.screen import ModelsScreen

    app.go_to_view("models")
    screen = app.screen_stack[0]
    if not isinstance(screen, ModelsScreen):
        return
    while len(app.screen_stack) > 1:
        app.pop_screen()
    number = int(place.detail) if place.detail.isdecimal() else None
    left = 50

    def choose() -> None:
        nonlocal left
        body = screen.body
        held = next(
            (one for one in body.versions.shown.models if one.key == (place.project, place.subject)), None
        )
        if held is not None:
            body.go_to(body.versions)
            body.versions.open(held, number)
            body.moved()
            if begin is not None:
                screen.begin_with(*begin)
            elif place.detail and number is None:
                screen.show_training(place.detail)
        elif not body.known and left:
            left -= 1
            screen.set_timer(0.1, choose)
        else:
            app.say(f"{place.subject} is not registered any more", "warn")

    screen.call_later(choose)


def _file(app: "ConsoleApp", place: "Place", why: str) -> None:
    """A file in the editor, at its line."""
    from mlops_console.console.elsewhere import edit, editor

    try:
        command = editor(os.environ)
        if not Path(place.subject).is_file():
            app.say(f"{place.subject} is not there", "warn")
            return
        options, path = at_line(command[0], place.subject, place.detail)
        edit(app, [*command, *options], path)
    except ConsoleError as error:
        line = f"line {place.detail}: " if place.detail and not why.startswith("line ") else ""
        said = f"{Path(place.subject).name}: {line}{why}" if why else f"{place.subject}:{place.detail}"
        hint = error.hint.rpartition("  ")[2] if error.hint else ""
        app.say(f"{said}   {error.args[0]}: {hint}" if hint else f"{said}   {error}", "warn")


def at_line(program: str, path: str, line: str) -> tuple[list[str], str]:
    """The options and the path with which an editor opens a file at a line."""
    if not line.isdecimal():
        return [], path
    name = Path(program).name
    if name in _LINE:
        return ([_LINE[name]] if _LINE[name] else []), f"{path}:{line}"
    known = name in (
        "vi",
        "vim",
        "nvim",
        "nano",
        "emacs",
        "emacsclient",
        "micro",
        "kak",
        "joe",
        "ne",
        "mg",
        "ed",
    )
    return ([f"+{line}"] if known and name != "ed" else []), path
