"""What people decided in the projects: read from the journals, folded, followed, added to."""

from mlops_console.workspace.decisions.decisions import Decisions

__all__ = ["Decisions"]
