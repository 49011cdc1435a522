"""The documentation of gates is what they say of themselves."""

import tomllib
from pathlib import Path

from mlops_console.promotion.gates import BUILT_IN
from mlops_console.promotion.gates.reference import reference
from mlops_console.wishes.reading import read_wishes

DOCS = Path(__file__).parents[2] / "docs" / "gates.md"


def test_the_documentation_is_fresh() -> None:
    assert DOCS.read_text() == reference(), (
        "python -m mlops_console.promotion.gates.reference > docs/gates.md"
    )


def test_its_examples_are_wishes_without_mistakes(tmp_path: Path) -> None:
    examples = [part.partition("\n```")[0] for part in reference().split("```toml\n")[1:]]
    whole = [one for one in examples if one.startswith("[models")]
    keys = [one for one in examples if not one.startswith("[")]
    assert whole
    assert len(keys) == len(BUILT_IN) - 1
    text = "[models.churn.gates.champion]\n" + "\n".join(keys)
    assert set(tomllib.loads(text)["models"]["churn"]["gates"]["champion"]) == set(BUILT_IN) - {"integrity"}
    for one in (*whole, text):
        (tmp_path / "mlops-console.toml").write_text(one)
        assert read_wishes(tmp_path).mistakes == ()
