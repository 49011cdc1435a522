"""A change of the code that reads has what it read looked at anew, and nothing else."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mlops_console

ASK = """
import json
from mlops_console.ingest.edition import editions
from mlops_console.readers import registry
print(json.dumps({name: edition.hex() for name, edition in editions(registry.load().readers).items()}))
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    home = tmp_path_factory.mktemp("installed")
    without = shutil.ignore_patterns("__pycache__", "console", "cli")
    shutil.copytree(Path(mlops_console.__file__).parent, home / "mlops_console", ignore=without)
    return home


def editions(package):
    environment = {**os.environ, "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"}
    said = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, check=True)
    return json.loads(said.stdout)


@pytest.mark.parametrize(
    ("changed", "anew"),
    [
        ("mlflow/filestore/__init__.py", {"mlflow"}),
        ("tensorboard/event.py", {"tensorboard", "lightning", "plain"}),
        ("lightning/rows.py", {"lightning", "plain"}),
        ("plain/numbers.py", {"lightning", "plain"}),
        ("../beneath.py", {"recorded", "mlflow", "lightning", "tensorboard", "plain"}),
        ("modelfiles/__init__.py", {"recorded", "mlflow", "lightning", "tensorboard", "plain"}),
        ("registry.py", set()),
        ("previews/__init__.py", set()),
    ],
)
def test_an_edition_is_that_of_all_code_that_a_reader_uses(package, changed, anew):
    before = editions(package)
    file = package / "mlops_console/readers" / changed
    file.write_text(file.read_text() + "\n# mended\n")
    after = editions(package)
    assert {name for name in before if before[name] != after[name]} == anew
