"""Why a model does as it does: what it hangs on (permutation importance), and where it is wrong (slices)."""
