"""The door of the console: opens the workspace behind the first paint and cleans up after the last."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace


def start(
    folders: list[Path], store: str | None = None, *, stock_driver: bool = False, theme: str | None = None
) -> int:
    """Open the console on folders (none: the watched ones); returns the exit code."""
    from dataclasses import replace

    from mlops_console.settings import user_settings

    settings = user_settings()
    if theme is not None:
        settings = replace(settings, theme=theme)
    from mlops_console.console.app import ConsoleApp

    def opening() -> "Workspace":
        from mlops_console.workspace import Workspace

        return Workspace(folders, store, watch=True)

    driver = None
    if not stock_driver and os.name == "posix":
        from mlops_console.console.driver import DiffDriver

        driver = DiffDriver
    app = ConsoleApp(opening, settings=settings, driver_class=driver)
    try:
        code = app.run()
    finally:
        app.close_workspace()
    if app.failure is not None:
        raise app.failure
    if app.return_code:
        return app.return_code
    return code or 0
