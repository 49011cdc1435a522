"""The door of the console: something to see at once, the workspace behind it, the terminal given back."""

import contextlib
import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console.console import splash
from mlops_console.console.ending import Ending
from mlops_console.settings import places, user_settings

OVERVIEW: Final = "overview"
RUNS: Final = "runs"
"""As `console.views` calls them, which is not imported before something is seen."""

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp
    from mlops_console.workspace import Workspace


def start(
    folders: list[Path],
    store: str | None = None,
    *,
    stock_driver: bool = False,
    theme: str | None = None,
    view: str | None = None,
) -> int:
    """Open the console on folders (none: the watched ones); returns the exit code.

    It begins with `view`, else with the one that the user's settings name, else with the runs where exactly
    one folder is named and with the overview over several.
    """
    # All that is made until there is something to show stays: looking it through costs a tenth of the start.
    gc.disable()
    settings = user_settings()
    ending = Ending()
    shown = not stock_driver and splash.show(store)
    try:
        first = view or settings.view or (RUNS if len(folders) == 1 else OVERVIEW)
        app = _app(folders, store, stock_driver=stock_driver, theme=theme or settings.theme, view=first)
        if shown:
            from mlops_console.console.driver import DiffDriver

            DiffDriver.entered = True
            # The overview has a frame before it has an answer; a picture of the last screen says more.
            app.holding = first != OVERVIEW or splash.pictured(store)
    except BaseException:
        gc.enable()
        if shown:
            splash.leave()
        raise
    app.ending = ending
    try:
        code = app.run()
    finally:
        gc.enable()
        app.close_workspace()
    if app.failure is not None:
        raise app.failure
    _keep_screen(app, store)
    return app.return_code or code or 0


def _app(
    folders: list[Path], store: str | None, *, stock_driver: bool, theme: str, view: str
) -> "ConsoleApp":
    from dataclasses import replace

    from mlops_console.console.app import ConsoleApp

    def opening() -> "Workspace":
        from mlops_console.workspace import open_workspace

        return open_workspace(folders, store, watch=True)

    driver = None
    if not stock_driver and os.name == "posix":
        from mlops_console.console.driver import DiffDriver

        driver = DiffDriver
    settings = replace(user_settings(), theme=theme)
    return ConsoleApp(opening, settings=settings, driver_class=driver, view=view)


def _keep_screen(app: "ConsoleApp", store: str | None) -> None:
    from mlops_console.console.theme import palette

    colours = palette(app)
    if app.last_screen:
        with contextlib.suppress(OSError):
            # Losing it costs a dimmed picture at the next start, no more.
            splash.keep(
                places(store), app.last_screen, colours.sgr(colours.dim("second", 0.58), "bg", app.console)
            )
