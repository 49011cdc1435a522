"""Judging a version: the evidence that its gates need, gathered, and what they say."""
