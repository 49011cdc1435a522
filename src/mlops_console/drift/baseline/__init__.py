"""A reference that travels with a model version: profiles of its columns in one small file."""
