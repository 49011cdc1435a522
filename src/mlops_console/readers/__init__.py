"""Other tools' bytes become records: one reader a format, one registry, one contract."""
