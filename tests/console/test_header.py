"""The first row: where you are comes before how the watching goes."""

from types import SimpleNamespace

import pytest
from textual.geometry import Size

from mlops_console.console.glyphs import choose
from mlops_console.console.widgets.header import Header


class Narrow(Header):
    cells = 30
    size = property(lambda self: Size(self.cells, 1))
    app = property(
        lambda self: SimpleNamespace(
            theme="dark",
            glyphs=choose("ascii"),
            health=SimpleNamespace(state="scanning", waiting=18034, watchable=3, watching=3),
        )
    )


@pytest.mark.parametrize("cells", [20, 24, 30, 36, 40, 60, 100])
def test_crumbs_and_health_never_touch(cells: int) -> None:
    header = Narrow(("runs", "churn", "sweep-0123"))
    header.cells = cells
    line = header.line(0)
    text = "".join(run for run, _ in line.runs)
    assert "sweep" in text
    crumb = next(word for word in text.split() if word.startswith("sweep"))
    assert "sweep-0123".startswith(crumb.rstrip("~"))
    if cells >= 40:
        assert line.at <= cells
