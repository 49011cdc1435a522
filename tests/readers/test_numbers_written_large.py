"""Small documents whose numbers would take for ever to work out, or could not be written down again."""

import json
import time

import pytest

from mlops_console.readers.structured import load


@pytest.mark.parametrize("end", [b"", b".5"])
def test_a_number_to_base_60_is_not_worked_out_when_it_is_long(end):
    began = time.process_time()
    found = load(b"k: 1" + b":59" * 300_000 + end + b"\nlr: 1\n", "yaml")
    assert time.process_time() - began < 2
    assert isinstance(found.value, dict)
    assert found.value["lr"] == 1
    assert isinstance(found.value["k"], str)


def test_a_number_to_base_60_that_is_short_is_one():
    assert load(b"k: 1:30:00\n", "yaml").value == {"k": 5400}


@pytest.mark.parametrize(
    ("text", "kind"), [(b"k: 0x" + b"f" * 20_000, "yaml"), (b"k = 0x" + b"f" * 20_000, "toml")]
)
def test_a_number_that_cannot_be_written_as_digits_is_kept_as_text(text, kind):
    found = load(text, kind)
    assert json.dumps(found.value) == json.dumps({"k": "0x" + "f" * 20_000})
