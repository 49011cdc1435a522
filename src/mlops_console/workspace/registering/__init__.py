"""Registering: what a version is made of, from a run, a path, MLflow's registry or a recorded evaluation."""
