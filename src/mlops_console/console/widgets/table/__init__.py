"""The windowed table: 100,000 runs and 30 columns at the price of one screen."""

from mlops_console.console.widgets.table.sheet import Group, Sheet
from mlops_console.console.widgets.table.widget import Table

__all__ = ["Group", "Sheet", "Table"]
