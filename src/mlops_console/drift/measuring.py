"""Both sides, column by column, as `Measured`: what verdicts are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from mlops_console.comparison.model import Progress
from mlops_console.display import safe_text
from mlops_console.drift import matching
from mlops_console.drift.judging.checks import checks_of
from mlops_console.drift.measures.registry import statistics_of
from mlops_console.drift.model import JUDGED, Kind, Measured, Raw
from mlops_console.drift.options import Options
from mlops_console.drift.pair import Pair
from mlops_console.drift.shapes import shapes_of
from mlops_console.drift.tables.places import ChangedError
from mlops_console.errors import DataError

if TYPE_CHECKING:
    from mlops_console.drift.sample import Figures, Sample
    from mlops_console.drift.tables.model import ColumnAbout, Reference, Table

FAILURES: Final = (ArithmeticError, ValueError, TypeError, LookupError, MemoryError, AssertionError)
"""What arithmetic on somebody's data can end in; one column is lost by it, never the window."""
_LATE: Final = "the label: none has come with these rows"
_READABLE: Final = 0.5
"""Share of the current values that must mean something as the reference's kind."""


@dataclass(slots=True)
class Found:
    """The features of a window as measured."""

    features: list[Measured] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def measure(
    reference: "Reference", current: "Table", options: Options, progress: Progress | None = None
) -> Found:
    """Every column of both sides, one at a time.

    What fails costs its own column: a sentence in `problems`, and the others as if it had not been there.
    Only that a file changed meanwhile (ChangedError) ends it.
    """
    one = matching.wanted(reference.columns(), options.kinds)
    other = matching.wanted(current.columns(), options.kinds)
    # A label that stands on one side only came, or comes, elsewhere: that is no column gone.
    gone = [name for name in one if name not in other and name != options.label]
    extra = [name for name in other if name not in one and name != options.label]
    late = [name for name in (options.label,) if (name in one) != (name in other)]
    renamed = matching.renamed(gone, extra)
    found = Found(problems=list(matching.one_sided(gone, extra, renamed)))
    both = {name: matching.kind_of(one[name], other[name], options.kinds) for name in one if name in other}
    samples = _Samples(reference, current, {name: kind for name, (kind, why) in both.items()
                                            if kind in JUDGED})  # fmt: skip
    everything = list(dict.fromkeys([*one, *extra, *late]))
    for at, name in enumerate(everything):
        if progress is not None:
            progress(at / len(everything))
        if name in late:
            found.features.append(
                replace(_one_sided(one.get(name), other.get(name), None), checks=(), why_not=_LATE)
            )
            continue
        if name not in both:
            found.features.append(_one_sided(one.get(name), other.get(name), renamed.get(name)))
            continue
        kind, why = both[name]
        column = _Column(one[name], other[name], kind)
        if kind not in JUDGED:
            found.features.append(column.unjudged(why))
        else:
            found.features.append(_tried(column, samples, options, found.problems))
    return found


@dataclass(frozen=True, slots=True)
class _Column:
    """A column that both sides have, and as what it is compared."""

    reference: "ColumnAbout"
    current: "ColumnAbout"
    kind: Kind

    @property
    def name(self) -> str:
        return self.reference.name

    def unjudged(self, why: str) -> Measured:
        why = why or f"a column of kind {self.kind} is not judged"
        return Measured(
            self.name, self.kind, 0, 0, 0.0, 0.0, why_not=why,
            dtype_ref=self.reference.dtype, dtype_cur=self.current.dtype,
        )  # fmt: skip

    def measured(self, one: "Sample", other: "Sample", pair: Pair | None, *, label: bool = False) -> Measured:
        statistics = statistics_of(pair) if pair is not None and pair.both else {}
        as_judged = replace(self.reference, kind=self.kind)
        checks = checks_of(as_judged, self.current, pair, statistics)
        if label:
            # Labels come late: that some are not there yet is no drift.
            checks = tuple(check for check in checks if check.name != "missing")
        return Measured(
            self.name, self.kind, one.n, other.n, _share(one), _share(other), statistics, checks,
            self.reference.dtype, self.current.dtype, shapes=shapes_of(pair) if pair is not None else {},
        )  # fmt: skip


def _tried(column: _Column, samples: "_Samples", options: Options, problems: list[str]) -> Measured:
    from polars.exceptions import PanicException, PolarsError

    try:
        return _measured(column, samples, label=column.name == options.label)
    except ChangedError:
        raise
    except DataError as error:
        why = str(error)
    except (*FAILURES, PolarsError, PanicException) as error:
        why = f"it can't be measured ({type(error).__name__}: {safe_text(str(error), 200)})"
    problems.append(f'"{safe_text(column.name, 80)}" is not judged: {why.rstrip(".")}.')
    return column.unjudged(why)


def _measured(column: _Column, samples: "_Samples", *, label: bool) -> Measured:
    one, other = samples(column.name)
    if column.kind == "date":
        from mlops_console.drift.sample import NumericSample
        from mlops_console.drift.tables.kinds import always_moves

        numbers = isinstance(one, NumericSample) and isinstance(other, NumericSample)
        if numbers and always_moves(one, other):  # type: ignore[arg-type]
            return column.unjudged("it tells when a row was made, so it always moves")
    if label and not other.n:
        return column.unjudged(_LATE)
    if _changed(column):
        own = samples.current_as_it_is(column.name)
        if not matching.comparable(column.kind, column.current) or other.n < _READABLE * own.n:
            return column.measured(one, own, None)
    return column.measured(one, other, Pair(one, other), label=label)


def _changed(column: _Column) -> bool:
    return column.reference.dtype != column.current.dtype and column.kind not in ("categorical", "boolean")


def _one_sided(
    reference: "ColumnAbout | None", current: "ColumnAbout | None", became: str | None
) -> Measured:
    """A column that the other side has not."""
    about = reference or current
    assert about is not None
    checks = checks_of(reference, current, None, {})
    if became is not None:
        checks = tuple(_asking(check, became) for check in checks)
    why = about.why_not or ("the reference has no such column" if reference is None else "")
    if reference is None:
        checks = ()
    return Measured(
        about.name, about.kind, 0, 0, 0.0, 0.0, checks=checks, why_not=why,
        dtype_ref=reference.dtype if reference is not None else None,
        dtype_cur=current.dtype if current is not None else None,
    )  # fmt: skip


def _asking(check: Raw, became: str) -> Raw:
    return replace(check, said=f'{check.said.rstrip(".")} (did it become "{safe_text(became, 80)}"?)')


def _share(sample: "Sample") -> float:
    return sample.missing / sample.rows if sample.rows else 0.0


class _Samples:
    """Both sides of a column; of a side that does not fit in memory all columns were taken in one pass."""

    def __init__(self, reference: "Reference", current: "Table", kinds: Mapping[str, Kind]) -> None:
        self._reference, self._current, self._kinds = reference, current, kinds
        names = list(kinds)
        self._one = _streamed(reference, names, kinds, None)
        pinned = None
        if _streams(current):
            pinned = {name: figures for name in names if (figures := self._figures(name)) is not None}
        self._other = _streamed(current, names, kinds, pinned)

    def __call__(self, name: str) -> "tuple[Sample, Sample]":
        kind = self._kinds[name]
        one = self._one[name] if self._one is not None else self._reference.sample(name, kind)
        other = self._other[name] if self._other is not None else self._current.sample(name, kind)
        return one, other

    def current_as_it_is(self, name: str) -> "Sample":
        return self._current.sample(name)

    def _figures(self, name: str) -> "Figures | None":
        try:
            sample = (
                self._one[name] if self._one is not None else self._reference.sample(name, self._kinds[name])
            )
        except DataError:
            return None
        return getattr(sample, "figures", None)


def _streams(side: "Reference") -> bool:
    return not side.exact and hasattr(side, "samples")


def _streamed(
    side: "Reference",
    names: Sequence[str],
    kinds: Mapping[str, Kind],
    pinned: "Mapping[str, Figures] | None",
) -> "Mapping[str, Sample] | None":
    if not _streams(side):
        return None
    found: Mapping[str, Sample] = side.samples(names, kinds, pinned)  # type: ignore[attr-defined]
    return found
