"""Whether scores mean what they say, below the statistics: what came true of each tenth of the scores."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of

if TYPE_CHECKING:
    from mlops_console.comparison.predictions.model import Calibration, CalibrationBin
    from mlops_console.console.compare.view import View
    from mlops_console.workspace.comparing.model import Subject

_BIN: Final = 5
_FIGURE: Final = 6


def calibration_lines(
    view: "View", found: "Sequence[Calibration] | str", width: int, rows: int, blank: Callable[[], Line]
) -> list[Line]:
    """A heading and a row for each subject that has scores; no rows where there is no room for any."""
    if rows < 3:
        return []
    head = blank().to(2).put("Calibration", "second", bold=True).put("  ")
    if isinstance(found, str):
        return [head.put(fit(found, width - head.at - 2), "muted")]
    pairs = list(zip(view.comparison.subjects, found, strict=True))
    told = sorted((pair for pair in pairs if pair[1].bins), key=lambda pair: not pair[0].base)
    if not told:
        problem = next((one.problem for one in found if one.problem), "there are no scores by row")
        return [head.put(fit(f"can't be told: {problem}", width - head.at - 2), "muted")]
    who = min(max(width_of(_who(view, subject)) for subject, _ in told), max(12, width // 4))
    room = width - 4 - who - 2 * (_FIGURE + 2)
    bins = _places(told[0][1].bins) if room >= 10 * _BIN else 0
    head.put("the share that came true of scores in each tenth; ! where that is off" if bins else "", "muted")
    names = blank().to(2).put(" " * who, "muted")
    names.put("  ").put(fit("ece", _FIGURE, right=True), "muted")
    names.put("  ").put(fit("brier", _FIGURE, right=True), "muted")
    for at in range(bins):
        names.put(fit(_share((at + 0.5) / bins), _BIN, right=True), "muted")
    lines = [head, names]
    for subject, one in told[: rows - 2]:
        lines.append(_row(view, subject, one, who, bins, blank()))
    return lines


def _row(view: "View", subject: "Subject", one: "Calibration", who: int, bins: int, line: Line) -> Line:
    letter = view.letter(subject)
    line.to(2).put(letter or "base", view.ink(subject) if letter else "muted", bold=bool(letter)).put(" ")
    line.put(fit(subject.name, who + 2 - line.at), "second")
    for figure in (one.ece, one.brier):
        line.put("  ").put(fit(_figure(figure), _FIGURE, right=True), "text")
    by_place = {round(part.low * bins): part for part in one.bins} if bins else {}
    for at in range(bins):
        part = by_place.get(at)
        if part is None:
            line.put(fit("-", _BIN, right=True), "muted")
            continue
        off = not part.ci[0] <= part.mean_score <= part.ci[1]
        sign = "!" if off else " "
        line.put(" ").put(sign, "warn", bold=True)
        line.put(fit(_share(part.observed), _BIN - 2, right=True), "text" if off else "second")
    return line


def _who(view: "View", subject: "Subject") -> str:
    return f"{view.letter(subject) or 'base'} {display.safe_text(subject.name, 60)}"


def _places(bins: "Sequence[CalibrationBin]") -> int:
    """How many bins of equal width there are, whether or not a score is in them."""
    return round(1 / (bins[0].high - bins[0].low))


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}".removeprefix("0")


def _share(share: float) -> str:
    return "1" if share >= 0.995 else f"{share:.2f}".removeprefix("0")
