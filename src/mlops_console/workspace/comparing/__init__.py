"""Comparing runs: who is compared, how they differ, what their metrics say, and what may be concluded."""
