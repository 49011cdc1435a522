"""What people decided: one file per event, never rewritten, folded into the registry."""
