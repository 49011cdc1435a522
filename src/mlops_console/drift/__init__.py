"""Reference against current: what moved, how far, how sure, whether it matters. Knows no store, no screen."""
