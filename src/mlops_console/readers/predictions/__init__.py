"""Predictions by row among a run's files: which they are, and what their columns mean."""

from mlops_console.readers.predictions.finding import Candidate, find
from mlops_console.readers.predictions.reading import Predictions, look, read
from mlops_console.readers.predictions.roles import Choice, Roles, Unclear, roles

__all__ = ["Candidate", "Choice", "Predictions", "Roles", "Unclear", "find", "look", "read", "roles"]
