"""Plain files: metrics as CSV, JSON lines or JSON, with params in YAML, JSON or TOML beside them."""
