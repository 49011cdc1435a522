import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


@pytest.fixture
def probe(tmp_path_factory, monkeypatch):
    """The probe reader installed as a plug-in, for the child that is started next."""
    site = tmp_path_factory.mktemp("site")
    (site / "probe_reader.py").write_bytes((HERE / "probe_reader.py").read_bytes())
    info = site / "probe_reader-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: probe-reader\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[mlops_console.readers]\nprobe = probe_reader:READER\n")
    monkeypatch.setenv("PYTHONPATH", str(site))
    return site


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    return folder
