"""The table of features: the worst first, what is quiet folded into a line."""

import sys
from collections.abc import Iterator, Sequence
from typing import Final

from mlops_console.cli.drift.monitored import verdict
from mlops_console.cli.printing import cells, coloured, fitted, width
from mlops_console.display import count, counted, safe_text
from mlops_console.drift.judging.words import percent
from mlops_console.drift.model import Feature, Verdict
from mlops_console.drift.phrases import direction, moved

ROWS: Final = 40
"""So many features are listed; `--all` lists every one."""
_FOLDED: Final[tuple[Verdict, ...]] = ("NEGLIGIBLE", "TOO FEW ROWS", "STABLE", "NOT JUDGED")
_NAME: Final = 26
_BAR: Final = 8
_FULL: Final = 0.5
"""The share of rows that fills a bar."""
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
_WORD: Final = 12
_LEAST: Final = 78


def rows(features: Sequence[Feature], *, everything: bool) -> Iterator[str]:
    """A line per feature that moved (of `everything`: per feature), then one per quiet verdict."""
    listed = [one for one in features if everything or one.verdict not in _FOLDED]
    shown = listed if everything else listed[:ROWS]
    if shown:
        names = [fitted(one.measured.name, _NAME if width() else 200) for one in shown]
        wide = max(cells(name) for name in names)
        for one, name in zip(shown, names, strict=True):
            yield _row(one, name + " " * (wide - cells(name)))
    if len(shown) < len(listed):
        yield f"  {count(len(listed) - len(shown))} more of these: --all lists them"
    if not everything:
        for word in _FOLDED:
            some = [one for one in features if one.verdict == word]
            if some:
                yield _folded(word, some)


def plain_signs() -> bool:
    """Whether only ASCII can be printed."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    return encoding != "utf8"


def signs(text: str) -> str:
    """Text with our own arrows, as the output can show them."""
    return text.replace("→", "->").replace("▲", "^").replace("▼", "v") if plain_signs() else text


def _row(one: Feature, name: str) -> str:
    effect = percent(one.effect) if one.effect is not None else ""
    arrow = {1: "▲", -1: "▼", 0: " "}[direction(one)]
    head = f"  {verdict(one.verdict)}{' ' * (_WORD - len(one.verdict))}  {name}  {effect:>5} "
    head += coloured(_bar(one.effect), "muted") + f" {arrow} "
    room = (width() or 10_000) - cells(head)
    return signs(head) + fitted(signs(moved(one) or _why(one)), max(room, 12)).rstrip()


def _why(one: Feature) -> str:
    return one.because if one.verdict == "NOT JUDGED" else ""


def _bar(effect: float | None) -> str:
    eighths = round(8 * _BAR * min(1.0, (effect or 0.0) / _FULL))
    if plain_signs():
        return ("#" * round(eighths / 8)).ljust(_BAR)
    whole, part = divmod(eighths, 8)
    return ("█" * whole + (_EIGHTHS[part] if part else "")).ljust(_BAR)


def _folded(word: Verdict, some: Sequence[Feature]) -> str:
    """`STABLE  5 features: a, b, c …`, as many names as there is room for."""
    noun = "column" if word == "NOT JUDGED" else "feature"
    line = counted(len(some), noun)
    effects = [one.effect for one in some if one.effect is not None]
    if word == "NEGLIGIBLE" and effects:
        line += f", none over {percent(max(effects))}" if len(some) > 1 else f", {percent(effects[0])}"
    room = max(width() or _LEAST, 40) - _WORD - 4
    names = [safe_text(one.measured.name, 60) for one in some]
    if word == "NOT JUDGED" and len(some) == 1:
        line += f": {names[0]} ({some[0].because.rstrip('.')})"
    else:
        line += ": " + _listed(names, room - cells(line) - 2)
    return f"  {verdict(word)}{' ' * (_WORD - len(word))}  {fitted(line, room) if width() else line}"


def _listed(names: Sequence[str], room: int) -> str:
    shown: list[str] = []
    for name in names:
        if sum(cells(one) + 2 for one in (*shown, name)) + 5 > room and shown:
            break
        shown.append(name)
    return ", ".join(shown) + (" ..." if len(shown) < len(names) else "")
