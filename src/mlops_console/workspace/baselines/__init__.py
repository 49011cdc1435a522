"""Baselines: the reference that is pinned to a version, made from data, kept, read back verified."""
