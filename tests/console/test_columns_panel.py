"""The columns panel: names as over the table, honest counts, an answer to `?`."""

from types import SimpleNamespace

from mlops_console.console.drawing import Line
from mlops_console.console.glyphs import choose
from mlops_console.console.overlays.columns import Columns
from mlops_console.console.overlays.note import Note
from mlops_console.console.runs.view import RunsView
from mlops_console.console.theme import DARK
from mlops_console.workspace.columns import ColumnInfo, column_of


class Panel(Columns):
    pushed = None

    @property
    def app(self):
        return SimpleNamespace(glyphs=choose("ascii"), push_screen=lambda one: setattr(self, "pushed", one))


def panel(*infos):
    made = Panel(RunsView(), ["run", "spark:val/loss"], lambda _: None)
    made.known([ColumnInfo(column_of(key), present, 2) for key, present in infos])
    return made


def rows(made):
    lines = []
    for entry in made.entries(""):
        line = Line(DARK)
        entry.draw(line)
        lines.append("".join(text for text, _ in line.runs))
    return lines


def test_what_no_run_has_says_so_and_fields_are_not_counted():
    shown = "\n".join(rows(panel(("parent", 8), ("param:lr", 8), ("tag:x", 0), ("tag:y", 1))))
    by_name = {line.split()[0]: line.split()[1:] for line in shown.splitlines() if line.strip()}
    assert by_name["parent"] == ["field"]
    assert by_name["lr"] == ["param", "8", "runs"]
    assert by_name["x"] == ["tag", "no", "run"]
    assert by_name["y"] == ["tag", "1", "run"]


def test_a_curve_is_called_as_over_the_table():
    assert any("loss curve" in line for line in rows(panel()))


def test_a_question_mark_is_answered():
    made = panel()
    assert made.pressed(SimpleNamespace(key="question_mark"))
    assert isinstance(made.pushed, Note)
