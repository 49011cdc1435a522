"""Data files as tables: Parquet, CSV, JSON Lines and Arrow; one column at a time, or in one pass."""
