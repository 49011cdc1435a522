"""Drift as both front ends see it: baselines of versions, monitors, judged windows, thresholds replayed."""
