"""The console on a store that has been read, for tests in a real terminal: STORE FOLDER [--stock]."""

import sys
from pathlib import Path

from tests.console.runs_stage import Read

from mlops_console import workspace
from mlops_console.console.start import start
from mlops_console.console.widgets.preview import Preview

workspace.open_workspace = lambda folders, store, watch: Read(folders, store)
if "--no-preview" in sys.argv:
    Preview.show = lambda *_: None
sys.exit(start([Path(sys.argv[2])], sys.argv[1], stock_driver="--stock" in sys.argv))
