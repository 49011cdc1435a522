"""The Drift view: what moved, since when, and whether it matters."""
