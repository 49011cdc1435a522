"""Whether a file is a history of metrics or something else: evidence is counted, with its reasons.

A CSV file may hold metrics, a data set, predictions or a report; a JSON file anything. Nothing in the
formats tells, so evidence is weighed. A file is a history at 4 points or more:

    a column of steps (step, iteration, epoch, ...)          +2
      its values are whole and rise (a resume steps back)    +1    large, broken or unordered values    -3
      the first column has no name and counts up             +1    instead of the +2
    a metric's name and its value in columns of their own    +3    but the names are no metrics         -2
    half of the other columns or more sound like metrics     +2    some of them                         +1
    the name says metrics, log, history, progress, ...       +2    results, train, eval, ...            +1
    the name says data, predictions, features, report, ...   -3
    a file of params lies beside it                          +1
    the folder is called data, raw, features, ...            -2
    columns of ids, labels, texts, places                    -1 each, down to -3
    less than half of the cells are numbers                  -2    no column holds numbers              -9
    no steps, but a telling name and only metrics             0    one of the two: -1                   -3

`tests/readers/test_plain_judging.py` is a table of files of both kinds.
"""

from dataclasses import dataclass
from itertools import pairwise

from mlops_console.readers.plain.names import Named
from mlops_console.readers.plain.numbers import number
from mlops_console.readers.plain.sketch import Sketch, numeric_share
from mlops_console.readers.plain.words import DATA_FOLDERS, is_data_word, is_metric_word, role_of

ENOUGH = 4
_LARGEST = 9e8
_NO_METRICS = ("step", "also-step", "batch", "wall", "split", "name")


@dataclass(frozen=True, slots=True)
class Judgement:
    """How much speaks for a history, and why."""

    points: int
    reasons: tuple[str, ...]

    @property
    def history(self) -> bool:
        """Whether it is enough."""
        return self.points >= ENOUGH


def judge(file: Named, found: Sketch, folder: str, params_beside: bool) -> Judgement:
    """Weigh what a file's name, neighbourhood and head show."""
    reasons: list[tuple[int, str]] = []
    stepped = _steps(found, reasons)
    others = [name for name in found.columns if name and role_of(name).kind not in _NO_METRICS]
    sounding = _metrics(found, others, reasons)
    if file.strong:
        reasons.append((2, "named like a history"))
    elif file.weak:
        reasons.append((1, "named as histories often are"))
    if file.against:
        reasons.append((-3, "named like data or a report"))
    if params_beside:
        reasons.append((1, "params beside it"))
    if folder.rpartition("/")[2].lower() in DATA_FOLDERS:
        reasons.append((-2, "in a folder for data"))
    data = sum(is_data_word(name) for name in found.columns)
    if data:
        reasons.append((-min(3, data), "columns of ids, labels or texts"))
    shares = [numeric_share(found.columns[name]) for name in others]
    if not others or (found.rows and not any(shares)):
        reasons.append((-9, "no column of numbers"))
    elif sum(shares) / len(shares) < 0.5:
        reasons.append((-2, "mostly words"))
    if not stepped and not found.long_names:
        speaking = file.strong + (sounding >= 1)
        reasons.append(((-3, -1, 0)[speaking], "no column of steps"))
    return Judgement(sum(points for points, _ in reasons), tuple(f"{p:+d} {why}" for p, why in reasons))


def _steps(found: Sketch, reasons: list[tuple[int, str]]) -> bool:
    """Whether there is a column that can be the step."""
    named = [
        (role_of(name).rank, name) for name in found.columns if role_of(name).kind in ("step", "also-step")
    ]
    first = next(iter(found.columns), None)
    if named:
        reasons.append((2, "a column of steps"))
        return _rising(found.columns[min(named)[1]], 0.5 if found.long_names else 0.3, reasons)
    if first == "":
        reasons.append((1, "a first column without a name"))
        return _rising(found.columns[first], 0.3, reasons)
    return False


def _rising(cells: list[str], may_fall: float, reasons: list[tuple[int, str]]) -> bool:
    steps = [value for cell in cells if cell and (value := number(cell)) is not None]
    filled = sum(bool(cell) for cell in cells)
    if not filled:
        return True
    pairs = list(pairwise(steps))
    back = sum(after < before for before, after in pairs)
    if (
        len(steps) * 2 < filled
        or any(not -1 <= step < _LARGEST for step in steps)
        or back > len(pairs) * may_fall
    ):
        reasons.append((-3, "whose values are no steps"))
        return False
    reasons.append((1, "that rise"))
    return True


def _metrics(found: Sketch, others: list[str], reasons: list[tuple[int, str]]) -> float:
    """The share of columns (or of the metrics named in a column) that sound like metrics."""
    if found.long_names:
        names = set(found.long_names)
        if len(names) * 2 > len(found.long_names) > 4 or not any(map(is_metric_word, names)):
            reasons.append((-2, "names in a column that are no metrics"))
        else:
            reasons.append((3, "a row per metric"))
        return 1.0
    sounding = [name for name in others if is_metric_word(name) and not is_data_word(name)]
    share = len(sounding) / len(others) if others else 0.0
    if share >= 0.5:
        reasons.append((2, "columns that sound like metrics"))
    elif sounding:
        reasons.append((1, "some columns that sound like metrics"))
    return share
