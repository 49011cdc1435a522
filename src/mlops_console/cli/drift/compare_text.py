"""What moved, for people: the verdict with why, the features, their reasons, what is wrong with the data."""

from collections.abc import Iterator
from typing import Final

from mlops_console.cli.drift.compare_table import rows, signs
from mlops_console.cli.drift.monitored import verdict
from mlops_console.cli.printing import cells, coloured, width
from mlops_console.display import count, safe_text
from mlops_console.drift.model import SEVERITY, Check, Feature, Report, Side

WIDE: Final = 80
"""Sentences are broken here where the output is no terminal."""
_REASONS: Final = 6
"""Of so many features the reason is printed; `--all` prints every one."""
_QUALITY: Final = 8
_PROBLEMS: Final = 12
_BROAD: Final = 100


def lines(report: Report, *, everything: bool = False) -> Iterator[str]:
    """Every line, safe to print."""
    word = verdict(report.verdict)
    yield from hanging(f"{coloured(word, 'strong')}  ", report.because)
    yield from _sides(report.reference, report.current)
    yield from head("Features", "share of rows that moved, and what did most")
    yield from rows(report.features, everything=everything)
    yield from _reasons(report, everything=everything)
    yield from _quality(report, everything=everything)
    yield from _problems(report, everything=everything)


def head(title: str, more: str = "") -> Iterator[str]:
    """The start of a section."""
    yield ""
    yield coloured(title, "strong") + (coloured(f"  {more}", "muted") if more else "")


def hanging(begin: str, text: str, ink: str = "", indent: int | None = None) -> Iterator[str]:
    """A sentence behind a word, broken at blanks, the lines below under its beginning or at `indent`."""
    wide = max(40, min(width() or WIDE, _BROAD))
    before, line = begin, ""
    for word in signs(safe_text(text, 4_000)).split(" "):
        if line and cells(before) + cells(line) + 1 + cells(word) > wide:
            yield before + coloured(line, ink)
            before, line = " " * (cells(begin) if indent is None else indent), word
        else:
            line = f"{line} {word}" if line else word
    yield before + coloured(line, ink)


def _sides(reference: Side, current: Side) -> Iterator[str]:
    yield ""
    for what, side in (("reference", reference), ("current", current)):
        about = f"{count(side.rows)} rows, {count(side.columns)} columns"
        about += "" if side.exact else ", by quantiles"
        about += f", sha256 {side.sha256[:12]}" if side.sha256 else ""
        room = (width() or 10_000) - cells(about) - 15
        yield f"  {coloured(f'{what:<9}', 'muted')}  {_ended(side.name, max(room, 16))}  {about}"


def _ended(path: str, room: int) -> str:
    """A path's end: its beginning is the same on both sides more often than not."""
    shown = safe_text(path, 1_000)
    while cells(shown) > room:
        shown = "~" + shown[2:]
    return shown


def _reasons(report: Report, *, everything: bool) -> Iterator[str]:
    told = [one for one in report.features if SEVERITY[one.verdict] >= SEVERITY["WATCH"]]
    if everything:
        told = [one for one in report.features if one.verdict != "NOT JUDGED"]
    if not told:
        return
    yield from head("Why")
    for one in told if everything else told[:_REASONS]:
        yield from hanging(f"  {safe_text(one.measured.name, 80)}  ", _first(one), "muted", 4)
    if len(told) > _REASONS and not everything:
        yield coloured(f"  {count(len(told) - _REASONS)} more: --all has every reason", "muted")


def _first(one: Feature) -> str:
    """What its worst check says; what others say stands under the quality of the data."""
    return one.checks[0].because if one.checks and one.verdict != "NOT JUDGED" else one.because


def _quality(report: Report, *, everything: bool) -> Iterator[str]:
    """What is wrong with the data beside what moved; what speaks for its feature was told above."""
    found = [
        (check.verdict, one.measured.name, check.because if everything else f"{check.raw.said.rstrip('.')}.")
        for one in report.features
        for check in _others(one, everything=everything)
    ]
    if not found:
        return
    found.sort(key=lambda each: -SEVERITY[each[0]])
    yield from head("Data quality", "beside what is above")
    for word, name, said in found if everything else found[:_QUALITY]:
        yield from hanging(f"  {verdict(word)}  ", f"{safe_text(name, 80)}: {said}")
    if len(found) > _QUALITY and not everything:
        yield coloured(f"  {count(len(found) - _QUALITY)} more: --all has them", "muted")


def _others(one: Feature, *, everything: bool) -> list[Check]:
    """Checks of the data's quality that found something; of two about the same end of a column the first."""
    least = SEVERITY["NEGLIGIBLE" if everything else "WATCH"]
    found = [
        check
        for check in one.checks[1:]
        if check.raw.name != "distribution" and SEVERITY[check.verdict] >= least
    ]
    if everything:
        return found
    told = {check.raw.name for check in (*one.checks[:1], *found)}
    return [check for check in found if not (check.raw.name == "range" and told & {"tails", "constant"})]


def _problems(report: Report, *, everything: bool) -> Iterator[str]:
    if not report.problems:
        return
    yield from head("Noted")
    for problem in report.problems if everything else report.problems[:_PROBLEMS]:
        yield from hanging("  ", problem)
    if len(report.problems) > _PROBLEMS and not everything:
        yield f"  {count(len(report.problems) - _PROBLEMS)} more: --all has them"
