"""What a baseline holds, printed."""

from typing import TYPE_CHECKING, Any

from mlops_console.cli.printing import out, out_json, say, table
from mlops_console.display import number, safe_text
from mlops_console.drift.sample import NumericSample
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from mlops_console.drift.baseline.model import Baseline
    from mlops_console.drift.sample import Sample
    from mlops_console.drift.tables.model import ColumnAbout

_LEVELS = 3


def show(found: object, as_json: bool) -> None:
    """Print it: one object, or a table."""
    from mlops_console.drift.baseline.model import Baseline

    if not isinstance(found, Baseline):
        raise UsageError("that names no baseline", "drift baseline churn@3 --show")
    if as_json:
        out_json(_object(found))
        return
    held = f"{found.held.height:,} whole rows" if found.held.height else "no whole rows"
    out(f"{safe_text(found.name)}  {found.rows:,} rows, {len(found.about):,} columns, {held}")
    if found.source.path:
        out(f"  from {safe_text(found.source.path, 200)}, sha256 {found.source.sha256[:12]}")
    known = [f"{part} {safe_text(name, 60)}" for part, name in found.means.said.items()]
    known.append(f"how the model did is {'known' if found.performed is not None else 'not known'}")
    out(f"  {', '.join(known)}")
    lines = [_cells(one, found.profiles.get(one.name)) for one in found.about]
    if lines:
        head = ("column", "kind", "rows", "missing", "different", "what is kept")
        right = (False, False, True, True, True, False)
        for line in table(head, list(zip(*lines, strict=True)), right):
            out(line)
    for problem in found.problems:
        say(safe_text(problem, 2_000))


def _cells(about: "ColumnAbout", sample: "Sample | None") -> tuple[str, ...]:
    name = safe_text(about.name, 60)
    if sample is None:
        return name, about.kind, "", "", "", safe_text(about.why_not or "nothing", 160)
    missing = f"{sample.missing / sample.rows:.1%}" if sample.rows else ""
    if isinstance(sample, NumericSample):
        figures = sample.figures
        if figures is None:
            return name, about.kind, "0", missing, "0", "no value"
        points = "all values" if sample.exact else f"{len(sample.values):,} quantiles"
        said = f"{points} from {number(figures.minimum)} to {number(figures.maximum)}"
        said += f", median {number(figures.median)}"
        return name, about.kind, f"{sample.n:,}", missing, f"{figures.distinct:,}", said
    order = sorted(range(len(sample.levels)), key=lambda at: (-int(sample.counts[at]), at))[:_LEVELS]
    named = ", ".join(
        f"{safe_text(sample.levels[at], 24)} {int(sample.counts[at]) / max(1, sample.n):.0%}" for at in order
    )
    more = ", …" if len(sample.levels) > _LEVELS else ""
    distinct = len(sample.levels) if sample.distinct < 0 else sample.distinct
    return name, about.kind, f"{sample.n:,}", missing, f"{distinct:,}", named + more


def _object(found: "Baseline") -> dict[str, Any]:
    return {
        "name": found.name, "sha256": found.sha256, "rows": found.rows, "exact": found.exact,
        "whole_rows": found.held.height,
        "source": {"path": found.source.path, "sha256": found.source.sha256, "files": found.source.files},
        "means": found.means.said, "performance": found.performed, "floors": dict(found.floors),
        "columns": [_column(one, found.profiles.get(one.name)) for one in found.about],
        "problems": list(found.problems),
    }  # fmt: skip


def _column(about: "ColumnAbout", sample: "Sample | None") -> dict[str, Any]:
    said: dict[str, Any] = {"name": about.name, "type": about.dtype, "kind": about.kind}
    if sample is None:
        return {**said, "why_not": about.why_not or None}
    said |= {"n": sample.n, "missing": sample.missing}
    if not isinstance(sample, NumericSample):
        levels = dict(zip(sample.levels, sample.counts.tolist(), strict=True))
        return {**said, "levels": levels, "other_rows": sample.others}
    said |= {"infinite": sample.infinite, "points": len(sample.values), "exact": sample.exact}
    one = sample.figures
    if one is None:
        return said
    return {
        **said, "mean": one.mean, "sd": one.sd, "minimum": one.minimum, "maximum": one.maximum,
        "median": one.median, "quartiles": list(one.quartiles), "deciles": one.deciles.tolist(),
        "decile_counts": one.decile_counts.tolist(), "tails": list(one.tails), "distinct": one.distinct,
    }  # fmt: skip
