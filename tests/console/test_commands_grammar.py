"""The command line's grammar and completion, and the editing of one line."""

from textual.events import Key

from mlops_console.console.commands import Command, completions, parse
from mlops_console.console.widgets.edit import LineEdit


def nothing(_: str) -> None:
    pass


COMMANDS = (
    Command("sort", "KEY[:desc] ...", "order", nothing, lambda: ["metric:auc", "param:lr", "age"]),
    Command("columns", "KEY ...", "show", nothing, lambda: ["metric:auc", "param:lr"]),
    Command("quit", "", "leave", nothing),
)


def test_a_unique_beginning_is_enough() -> None:
    command, rest = parse("so age  metric:auc", COMMANDS)
    assert command is COMMANDS[0]
    assert rest == "age  metric:auc"
    assert parse("x", COMMANDS)[0] is None
    assert parse("", COMMANDS)[0] is None


def test_names_then_arguments_are_completed() -> None:
    assert completions("q", COMMANDS) == [("quit", "leave")]
    assert [line for line, _ in completions("", COMMANDS)] == ["sort ", "columns ", "quit"]
    assert [line for line, _ in completions("sort au", COMMANDS)] == ["sort metric:auc"]
    assert completions("sort age a", COMMANDS)[0][0] == "sort age age"
    assert completions("quit x", COMMANDS) == []


def typed(edit: LineEdit, *keys: str) -> None:
    for key in keys:
        edit.key(Key(key, key if len(key) == 1 else None))


def test_a_line_is_edited_as_in_a_shell() -> None:
    edit = LineEdit()
    edit.set("model:lgbm auc")
    typed(edit, "ctrl+w", "x", "home", ">", "end", "backspace")
    assert edit.text == ">model:lgbm "
    typed(edit, "left", "left", "delete", "ctrl+k")
    assert edit.text == ">model:lgb"
    typed(edit, "ctrl+u")
    assert edit.text == ""
    edit.insert("two\nlines\r")
    assert edit.text == "two lines"
    assert not edit.key(Key("f5", None))
