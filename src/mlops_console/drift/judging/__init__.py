"""Which verdict follows from what was measured: the family, effect, significance, power."""
