"""`retrain` in mlops-console.toml: how a model is trained anew."""

import pytest

from mlops_console.wishes.model import Command
from mlops_console.wishes.reading import read_bytes
from mlops_console.wishes.stating import stated_commands


def test_a_model_has_its_own_and_the_others_the_usual_one():
    wishes = read_bytes(
        b"""
retrain = ["make", "train-{model}"]
[models.churn]
owner = "ana"
[models.fraud.retrain]
command = ["python", "train.py", "--upto", "{window}"]
timeout = "2d"
cwd = "training"
"""
    ).wishes
    assert wishes.mistakes == ()
    usual = Command(("make", "train-{model}"), 86_400.0)
    assert [wishes.model(name).retrain for name in ("churn", "unheard-of")] == [usual, usual]
    assert wishes.model("fraud").retrain == Command(
        ("python", "train.py", "--upto", "{window}"), 172_800.0, "training"
    )


@pytest.mark.parametrize(
    ("said", "key", "line", "word"),
    [
        ("retrain = 'make train'", "retrain", 2, '["make", "train"]'),
        ("retrain = []", "retrain", 2, '["python", "train.py"]'),
        ("[models.churn.retrain]\nrun = ['make']", "retrain.run", 3, "command"),
        ("[models.churn.retrain]\ntimeout = '1h'", "retrain.command", None, "is missing"),
        ("[models.churn.retrain]\ncommand = ['make']\ntimeout = '31d'", "retrain.timeout", 4, "30 days"),
        ("[models.churn.retrain]\ncommand = ['make']\ncwd = '../x'", "retrain.cwd", 4, "in the project"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_trained_by_it(said, key, line, word):
    wishes = read_bytes(f"[models.churn]\n{said}\n".encode()).wishes
    mistake = next(one for one in wishes.mistakes if one.key == f"models.churn.{key}")
    assert word in f"{mistake.what} {mistake.hint}"
    assert line in (None, mistake.line)
    assert wishes.model("churn").retrain is None


def test_it_is_listed_with_what_can_be_trusted():
    stated = stated_commands(
        read_bytes(b"[models.churn]\nretrain = ['a']\n[models.fraud]\n[retrain]\ncommand = ['b']\n")
    )
    assert [(one.key, one.line, one.command.argv) for one in stated] == [
        ("models.churn.retrain", 2, ("a",)),
        ("retrain", 4, ("b",)),
    ]
