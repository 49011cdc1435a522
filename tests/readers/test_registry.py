"""The readers there are, and plug-ins that work or don't."""

import subprocess
import sys

import pytest

from mlops_console.readers import registry

BUILT_IN = ["recorded", "mlflow", "lightning", "tensorboard", "plain"]


@pytest.fixture(autouse=True)
def fresh():
    registry.load.cache_clear()
    yield
    registry.load.cache_clear()


@pytest.fixture
def plug_ins(tmp_path, monkeypatch):
    """Install modules as plug-ins: name -> source text."""

    def install(**modules: str) -> None:
        info = tmp_path / "strangers-1.0.dist-info"
        info.mkdir()
        points = "".join(f"{name} = stranger_{name}:READER\n" for name in modules)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: strangers\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{registry.GROUP}]\n{points}")
        for name, text in modules.items():
            (tmp_path / f"stranger_{name}.py").write_text(text)
            monkeypatch.delitem(sys.modules, f"stranger_{name}", raising=False)
        monkeypatch.syspath_prepend(str(tmp_path))

    return install


READER = """
class Reader:
    name = "{name}"
    patterns = ("*.x",)
    def claims(self, folder): return []
    def read(self, root, source, cursor, budget): raise NotImplementedError
READER = {value}
"""


def test_built_in_readers_come_in_their_order():
    assert list(registry.registry()) == BUILT_IN
    assert registry.load().warnings == ()
    for name, reader in registry.registry().items():
        assert reader.name == name


def test_names_are_listed_without_importing(plug_ins):
    plug_ins(odd="raise SystemError('imported')")
    assert registry.names() == (*BUILT_IN, "odd")
    assert "stranger_odd" not in sys.modules


def test_plug_ins_are_loaded_after_the_built_in(plug_ins):
    plug_ins(odd=READER.format(name="odd", value="Reader"), even=READER.format(name="even", value="Reader()"))
    assert list(registry.registry()) == [*BUILT_IN, "even", "odd"]
    assert registry.load().warnings == ()


@pytest.mark.parametrize(
    "text",
    [
        "import nothing_of_this_name",
        "READER = None",
        "x = 1",
        "1 / 0",
        "def",
        READER.format(name="x", value="Reader"),
    ],
)
def test_a_broken_plug_in_costs_a_warning(plug_ins, text):
    plug_ins(odd=text)
    assert list(registry.registry()) == BUILT_IN
    (warning,) = registry.load().warnings
    assert "odd" in warning


def test_a_taken_name_stays_with_its_owner(plug_ins):
    plug_ins(plain=READER.format(name="plain", value="Reader"))
    assert type(registry.registry()["plain"]).__module__.startswith("mlops_console.")
    assert len(registry.load().warnings) == 1


def test_what_no_project_asks_for_is_not_imported():
    code = (
        "import sys; from mlops_console.readers import registry; registry.load();"
        "late = ('.reading', '.session', 'importlib.metadata');"
        "print([name for name in sys.modules if name.endswith(late)])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
