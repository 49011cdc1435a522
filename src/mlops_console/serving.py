"""The verified path of a model, for code that loads it."""
