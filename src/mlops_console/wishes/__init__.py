"""What a project wishes, in its `mlops-console.toml`: models, KPIs, gates, targets, what is watched."""
