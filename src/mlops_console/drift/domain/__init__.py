"""Whether the rows of two windows can be told apart, by everything at once."""

from mlops_console.drift.domain.asking import domain

__all__ = ["domain"]
