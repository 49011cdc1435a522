"""The terminal changes its size whenever it likes, also in the middle of a frame."""

from textual.app import App

from mlops_console.console.driver import DiffDriver
from mlops_console.console.driver.grid import Grid

FRAME = "\n".join(f"\x1b[{row};1Hrow {row}" for row in range(1, 7))


async def test_a_size_that_is_told_while_a_frame_is_taken_waits_for_its_end(monkeypatch):
    driver = DiffDriver(App())
    driver._resized(20, 6)
    put, told = Grid._put, [(3, 2), (20, 6), (9, 3)]

    def signalled(grid, y, *text):
        # As the signal does it: on the thread that takes the frame, which holds the lock.
        if told and y > 2:
            driver._resized(*told.pop(0))
        return put(grid, y, *text)

    monkeypatch.setattr(Grid, "_put", signalled)
    driver.write(FRAME)
    grid = driver._grid
    assert told == []
    assert (grid.columns, grid.rows) == (9, 3)
    assert [len(row) for row in grid._want] == [9] * 3
    driver.write("\n".join(f"\x1b[{row};1H123456789" for row in (1, 2, 3)))
    assert grid.text() == ["123456789"] * 3
    assert grid.difference().count("123456789") == 3
