"""MLflow's file store: a folder of small files per run."""
