"""The page on the commands is as the commands are."""

from pathlib import Path

from mlops_console.cli.reference import page

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_the_page_on_the_commands_is_fresh():
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m mlops_console.cli.reference > docs/commands.md"
    )
