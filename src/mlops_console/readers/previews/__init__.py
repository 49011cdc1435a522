"""Files shown to people: what they are, their head, the end of a log. Runs in the child that may fail.

Everything heavy (polars, Pillow, the model scanners) is imported by the one function that needs it.
"""
