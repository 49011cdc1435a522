"""Files, classes and functions stay small enough to be read in one go."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILE, CLASS, FUNCTION = 400, 300, 50


def too_large(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    found = [f"{path.name}: {lines} lines (limit {FILE})"] if lines > FILE else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            limit = CLASS
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            limit = FUNCTION
        else:
            continue
        assert node.end_lineno is not None
        length = node.end_lineno - node.lineno + 1
        if length > limit:
            found.append(f"{path.name}:{node.lineno} {node.name}: {length} lines (limit {limit})")
    return found


@pytest.mark.parametrize("folder", ["src", "tests", "benchmarks", "sample_projects"])
def test_nothing_is_too_large(folder: str) -> None:
    files = [path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts]
    assert files
    assert [line for path in sorted(files) for line in too_large(path)] == []


def test_the_measure_measures(tmp_path: Path) -> None:
    file = tmp_path / "long.py"
    file.write_text("def f():\n" + "    x = 1\n" * 50 + "class C:\n" + "    y = 1\n" * 350)
    assert too_large(file) == [
        "long.py: 402 lines (limit 400)",
        "long.py:1 f: 51 lines (limit 50)",
        "long.py:52 C: 351 lines (limit 300)",
    ]
