"""The terminal changes its size whenever it likes, also in the middle of a frame."""

from textual.app import App

from mlops_console.console.driver import DiffDriver

FRAME = "\n".join(f"\x1b[{row};1Hrow {row}" for row in range(1, 7))


async def test_a_size_that_is_told_while_a_frame_is_taken_waits_for_its_end():
    driver = DiffDriver(App())
    driver._resized(20, 6)
    told = [(3, 2), (20, 6), (9, 3)]

    class Row(list):
        def __setitem__(self, cells, drawn):
            super().__setitem__(cells, drawn)
            if told:
                # As the signal does it: on the thread that takes the frame, which holds the lock.
                driver._resized(*told.pop(0))

    grid = driver._grid
    grid._want = [Row(row) for row in grid._want]
    driver.write(FRAME)
    assert told == []
    assert (grid.columns, grid.rows) == (9, 3)
    driver.write("\n".join(f"\x1b[{row};1H123456789" for row in (1, 2, 3)))
    assert grid.text() == ["123456789"] * 3
    assert grid.difference().count("123456789") == 3


async def test_a_row_that_a_size_takes_away_is_not_sent():
    driver = DiffDriver(App())
    driver._resized(20, 6)

    class Last(list):
        def __setitem__(self, cells, drawn):
            super().__setitem__(cells, drawn)
            driver._resized(20, 3)

    driver.write(FRAME)
    driver._grid._want[5] = Last(driver._grid._want[5])
    driver.write("\x1b[6;1Hthe last")
    assert driver._grid.difference().count("row") == 3
