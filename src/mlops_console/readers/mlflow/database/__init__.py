"""MLflow's SQLite store: one database that holds the runs of many experiments."""
