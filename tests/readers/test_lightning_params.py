"""Params of Lightning's runs: what its YAML says, nothing of it executed."""

from pathlib import Path

import pytest
from tests.conformance.reading import Story, claimed, read_on

from mlops_console.readers.lightning import READER

RUN = "lightning_logs/version_0"


def read(root: Path, hparams: str | bytes, config: str | None = None, story: Story | None = None) -> Story:
    folder = root / RUN
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hparams.yaml").write_bytes(hparams.encode() if isinstance(hparams, str) else hparams)
    if config is not None:
        (folder / "config.yaml").write_text(config)
    (source,) = claimed(READER, root)
    return read_on(READER, root, source, story)


def params(story: Story) -> dict:
    (found,) = story.facts.values()
    return found.get("params", {})


def test_tags_of_python_cost_nothing_but_the_type(tmp_path):
    story = read(
        tmp_path,
        "lr: 0.001\n"
        "betas: !!python/tuple\n- 0.9\n- 0.999\n"
        "activation: !!python/name:torch.nn.modules.activation.ReLU ''\n"
        "args: !!python/object:argparse.Namespace\n  depth: 3\n  name: mlp\n"
        "device: !!python/object/apply:torch.device\n- cuda\n"
        "evil: !!python/object/apply:os.system ['touch /tmp/owned']\n"
        "opt: {name: adam, sched: {gamma: 0.5}}\n",
    )
    assert params(story) == {
        "lr": 0.001,
        "betas": [0.9, 0.999],
        "activation": "torch.nn.modules.activation.ReLU",
        "args.depth": 3,
        "args.name": "mlp",
        "device": ["cuda"],
        "evil": ["touch /tmp/owned"],
        "opt.name": "adam",
        "opt.sched.gamma": 0.5,
    }
    assert not story.problems


@pytest.mark.parametrize("text", ["", "{}\n", "# nothing\n"])
def test_no_params_are_no_trouble(tmp_path, text):
    story = read(tmp_path, text)
    assert params(story) == {}
    assert not story.problems


def test_what_the_command_line_asked_for_is_kept_beside_what_the_model_got(tmp_path):
    story = read(tmp_path, "seed: 2\n", "seed: 1\ntrainer:\n  max_epochs: 3\n")
    assert params(story) == {"seed": 2, "trainer.max_epochs": 3}


def test_a_broken_entry_leaves_the_others(tmp_path):
    story = read(tmp_path, "lr: 0.1\nbad: [1, 2\ndepth: 3\nnet:\n  width: 8\n")
    assert params(story) == {"lr": 0.1, "depth": 3, "net.width": 8}
    (problem,) = story.problems
    assert problem.path == f"{RUN}/hparams.yaml"
    assert "no valid YAML" in problem.what


def test_a_module_among_the_params_leaves_the_others(tmp_path):
    weights = "".join(f"  - {number}\n" for number in range(150_000))
    story = read(tmp_path, f"batch: 32\nnet: !!python/object:Net\n  weights:\n{weights}zeta: last\n")
    assert params(story) == {"batch": 32, "zeta": "last"}
    assert len(story.problems) == 1


def test_aliases_of_aliases_are_refused(tmp_path):
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for here, before in zip("bcdefghi", "abcdefgh", strict=True):
        bomb += f"{here}: &{here} [{', '.join([f'*{before}'] * 9)}]\n"
    story = read(tmp_path, "lr: 0.1\n" + bomb)
    assert params(story)["lr"] == 0.1
    assert len(story.problems) == 1


def test_more_than_is_ever_read(tmp_path):
    story = read(tmp_path, b"a: 1\n" + b"#" * (5 << 20))
    assert params(story) == {}
    assert "holds more than" in story.problems[0].what


def test_params_that_change_are_told_and_those_that_go_are_forgotten(tmp_path):
    story = read(tmp_path, "lr: 0.1\n")
    read(tmp_path, "lr: 0.2\ndepth: 3\n", story=story)
    assert params(story) == {"lr": 0.2, "depth": 3}
    assert story.resets == 0
    read(tmp_path, "depth: 44\n", story=story)
    assert params(story) == {"depth": 44}
    assert story.resets == 1
