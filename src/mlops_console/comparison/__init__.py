"""Which is better, by how much, how sure, where, and why: numbers in, judgements out.

Knows no store, no file and no screen. scipy and scikit-learn are imported inside functions, for these run in
the analysis child; `model` costs nothing to import.
"""
