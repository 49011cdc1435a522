"""docs/wishes.md: every example is read without a mistake, and every key has one."""

import re
from pathlib import Path

import pytest

from mlops_console.promotion.gates import BUILT_IN, gates
from mlops_console.settings import PROJECT_FILE
from mlops_console.wishes import commands, known, models, monitors, reading, watching
from mlops_console.wishes.known import GATES, OVERRIDE
from mlops_console.wishes.reading import read_bytes
from mlops_console.workspace.wishing import mistakes

PAGE = Path(__file__).parents[2] / "docs" / "wishes.md"
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_has_no_mistake(example, tmp_path):
    (tmp_path / PROJECT_FILE).write_text(example)
    assert mistakes(str(tmp_path)) == ()


def test_every_key_has_an_example():
    told = "\n".join(EXAMPLES)
    keys = {
        *reading.TOP_KEYS, *watching.WATCH_KEYS, *models.MODEL_KEYS, *models.KPI_KEYS, *models.TARGET_KEYS,
        *monitors.MONITOR_KEYS, *monitors.THRESHOLD_KEYS, *GATES, "run", "timeout", "cwd",
        commands.TRAINING.key,
    } - {"integrity"}  # fmt: skip
    missing = {key for key in keys if not re.search(rf"(^|[\[.{{ ]){key}( =|[\].])", told, re.MULTILINE)}
    assert missing == set()


def test_the_names_of_gates_are_those_that_there_are():
    assert set(GATES) == {*BUILT_IN, OVERRIDE}
    assert known.GATE_PLUGINS == "mlops_console.gates"


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_example_of_a_gate_is_read_without_a_mistake(name, tmp_path):
    (tmp_path / PROJECT_FILE).write_text(f"[models.churn.gates.champion]\n{gates()[name].example}\n")
    assert mistakes(str(tmp_path)) == ()


def test_who_may_let_a_gate_fail():
    told = read_bytes(b"[gates.champion]\noverride = 'sometimes'\n").wishes.mistakes[0]
    assert (told.line, told.key) == (2, "gates.champion.override")


def test_the_worth_in_the_page_is_what_it_comes_to():
    kpi = read_bytes(next(one for one in EXAMPLES if "worth" in one).encode()).wishes.model("churn").kpis[0]
    assert kpi.worth is not None
    assert 0.62 * kpi.worth == pytest.approx(74_400)
    assert 0.02 * kpi.worth == pytest.approx(2_400)
    assert commands.SECONDS == 60
