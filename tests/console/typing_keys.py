"""Keys as a person presses them, without most of Textual's waits for a calm processor.

`Pilot.press` waits twice after every key until the whole process idles, 20 ms at a time: twenty letters take
seconds. Those typed one after the other only have to be handled in turn, and the second wait is for
animations, which hardly any key begins.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from textual import app as of_textual
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

_one_by_one = App._press_keys
_calm = of_textual.wait_for_idle
_PATIENT = 300
"""Hundredths of a second for a frame, which a screen that waits for something may not draw at all."""
_ROUNDS = 3
"""From the driver to the app, to what has the focus, and to whom that tells."""


async def press_keys(app: App[Any], keys: Iterable[str]) -> None:
    """All of them; calm is waited for but within a text that neither moves the focus nor opens a screen."""
    listed = list(keys)
    for place, key in enumerate(listed):
        within = 0 < place < len(listed) - 1 and len(key) == len(listed[place + 1]) == 1
        before = app.screen, app.focused
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(of_textual, "wait_for_idle", _at_once)
            await _one_by_one(app, [key])
        for _ in range(_ROUNDS):
            await Pilot(app)._wait_for_screen()
        if within and (app.screen, app.focused) == before:
            continue
        await _calm(0)
        if not app._animator._complete_event.is_set():
            await app._animator.wait_until_complete()
            await _calm(0)
    # A processor that others keep busy looks calm while the next frame is still to come.
    for _ in range(_PATIENT):
        if not app._running or not app.screen_stack or not _undrawn(app.screen):
            return
        await asyncio.sleep(0.01)


def _undrawn(screen: Screen[Any]) -> bool:
    waits = screen._layout_required or screen._repaint_required
    return screen.is_current and bool(waits or screen._dirty_widgets or screen._callbacks)


async def _at_once(_least: float = 0, _most: float = 0) -> None:
    await asyncio.sleep(0)
