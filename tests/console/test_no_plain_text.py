"""Text reaches widgets only through lines and segments: nothing in the console builds markup from data."""

import ast
from pathlib import Path

import pytest

CONSOLE = Path(__file__).parents[2] / "src" / "mlops_console" / "console"
MARKUP = {"Static", "Label", "Text", "Content", "Panel", "Markdown", "Button", "Pretty", "RichLog", "Log"}
FILES = sorted(CONSOLE.rglob("*.py"))


def offences(tree: ast.AST) -> list[str]:
    """Calls that would parse text as markup, and widgets that print."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        plain = [argument for argument in node.args if not isinstance(argument, ast.Constant)]
        if called in MARKUP and plain:
            found.append(f"line {node.lineno}: {called}(...) takes text that may be markup")
        if called in ("notify", "from_markup", "print") and (plain or called == "print"):
            found.append(f"line {node.lineno}: {called}(...) shows text that was not made safe")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CONSOLE)))
def test_no_widget_takes_plain_text(path: Path) -> None:
    assert offences(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_only_the_drawing_modules_make_segments() -> None:
    allowed = {"drawing.py", "widgets/table/paint.py", "widgets/table/widget.py"}
    makers = {
        str(path.relative_to(CONSOLE))
        for path in FILES
        if any(
            isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Segment"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    }
    assert makers <= allowed


def test_the_test_sees_what_it_is_for() -> None:
    assert offences(ast.parse("Static('run ' + name)"))
    assert offences(ast.parse("self.app.notify(name)"))
    assert not offences(ast.parse("Static('fixed')"))
