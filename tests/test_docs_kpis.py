"""`docs/kpis.md`: its example is read, its commands are taken, its words are those that are used."""

import re
import shlex
from pathlib import Path

from mlops_console.cli import COMMANDS, command_parser, word_parser
from mlops_console.cli.kpis import WORDS
from mlops_console.wishes.models import KPI_KEYS
from mlops_console.wishes.reading import read_bytes

PAGE = (Path(__file__).parents[1] / "docs" / "kpis.md").read_text(encoding="utf-8")


def test_the_example_has_every_key_and_no_mistake():
    [example] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    wishes = read_bytes(example.encode()).wishes
    assert wishes.mistakes == ()
    [kpi] = wishes.model("delays").kpis
    assert (kpi.floor, kpi.target, kpi.review_days, kpi.worth) == (0.6, 0.65, 30, 400_000)
    assert {key for key in KPI_KEYS if re.search(rf"^{key} =", example, re.MULTILINE)} == set(KPI_KEYS)


def test_the_commands_are_taken():
    commands = re.findall(r"^\$ mlops-console (.*)", PAGE, re.MULTILINE)
    assert len(commands) == 5
    for line in commands:
        name, *words = shlex.split(line)
        assert name in COMMANDS
        if words and words[0] in WORDS:
            word_parser(name, words[0]).parse_args(words[1:])
        else:
            command_parser(name).parse_args(words)


def test_the_words_are_those_that_are_used():
    sources = "".join(
        (Path(__file__).parents[1] / "src/mlops_console/workspace/kpis" / name).read_text()
        for name in ("words.py", "sources.py")
    )
    for word in ("target reached", "worse than its floor", "no floor", "not known", "which may be chance"):
        assert word in PAGE
        assert word in sources
    for word in ("labels of", "recorded with v", "nobody measures"):
        assert word in PAGE
        assert word in sources
