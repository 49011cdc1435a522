"""Where a pickle uses `functools.partial` only as models do that were never tampered with.

Scanners call the name dangerous, for a partial can wait with any function until somebody calls it. What it
waits with stands in the pickle, though: `partial(f)` runs nothing, and where every use of the name is such
a call, with an `f` of the list below, there is nothing else that it could run. One other use, and the name
stays dangerous.
"""

from typing import Final

from mlops_console.readers.modelfiles.symbols import Listed, Made, Name, Table, Value

PARTIAL: Final = Name("functools", "partial")
_VALIDATION: Final = frozenset({"dtype", "ensure_all_finite", "force_all_finite"})
_INFORMATION: Final = frozenset({"copy", "discrete_features", "n_jobs", "n_neighbors", "random_state"})
HARMLESS: Final = {
    # HistGradientBoosting with categorical_features has the other columns go through it (from scikit-learn
    # 1.4 on): it looks at an array and casts it.
    Name("sklearn.utils.validation", "check_array"): _VALIDATION,
    # What scikit-learn's own guide has people give SelectKBest, to fix the seed: they count.
    Name("sklearn.feature_selection._mutual_info", "mutual_info_classif"): _INFORMATION,
    Name("sklearn.feature_selection._mutual_info", "mutual_info_regression"): _INFORMATION,
}
"""Function -> keywords with which it may wait, all with plain values, or types of NumPy."""
_PLAIN: Final = bool | int | float | str | None
_DEEPEST: Final = 3


class Partials:
    """Every use of the name in the pickles of a span."""

    def __init__(self) -> None:
        self._at_hand = 0
        self._made: list[Made] = []
        self._states: list[tuple[Made, Value]] = []

    def pushed(self, value: Value) -> None:
        """Something came onto the stack by its name, or from the memo."""
        self._at_hand += value == PARTIAL

    def called(self, made: Made) -> None:
        """The name was called."""
        if made.by == PARTIAL:
            self._made.append(made)

    def built(self, made: Made, state: Value) -> None:
        """An object was given its state, which replaces what it waits with."""
        if made.by == PARTIAL:
            self._states.append((made, state))

    def harmless(self) -> tuple[Name, ...]:
        """With what they wait, where all are harmless; empty: one is not, or there is none."""
        # Asked at the end: what a state holds can be filled after it was given.
        if not self._made or self._at_hand != len(self._made):
            return ()
        functions: dict[Name, None] = {}
        for made in self._made:
            function = made.arguments[0] if len(made.arguments) == 1 else None
            if not isinstance(function, Name) or function not in HARMLESS:
                return ()
            functions[function] = None
        return tuple(functions) if all(_is_harmless(*one) for one in self._states) else ()


def _is_harmless(made: Made, state: Value) -> bool:
    if not isinstance(state, tuple) or len(state) != 4 or state[1] != ():
        return False
    function, _, keywords, attributes = state
    if function != made.arguments[0] or not isinstance(function, Name) or not isinstance(keywords, Table):
        return False
    if not (attributes is None or (isinstance(attributes, Table) and not attributes.pairs)):
        return False
    known = HARMLESS[function]
    return all(isinstance(key, str) and key in known and _is_plain(value) for key, value in keywords.pairs)


def _is_plain(value: Value, depth: int = 0) -> bool:
    if isinstance(value, Listed):
        return depth < _DEEPEST and all(_is_plain(one, depth + 1) for one in value.items)
    if isinstance(value, Name):
        return value.module == "numpy"
    return isinstance(value, _PLAIN)
