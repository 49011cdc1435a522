"""A document as Markdown, for a pull request or a repository."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mlops_console.display import safe_text
from mlops_console.documents.blocks import (
    Block,
    Code,
    Entry,
    Facts,
    Grid,
    Heading,
    Items,
    Picture,
    Words,
)

_LONGEST: Final = 4000
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>|#~&])")
_STARTS: Final = re.compile(r"^(\d+)([.)])|^([-+=])")
"""What would make a line an item of a list or a heading."""


def markdown(blocks: Iterable[Block]) -> str:
    """The whole document; whatever its texts say is escaped."""
    parts = ["\n".join(lines) for block in blocks if (lines := list(_lines(block)))]
    return "\n\n".join(parts) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * block.level} {_text(block.text)}"
        case Words(role="answer"):
            yield f"**{_text(block.text).strip()}**"
        case Words(role="warn"):
            yield f"> {_text(block.text)}"
        case Words():
            yield _started(_text(block.text))
        case Code():
            yield from _fenced(safe_text(block.text, _LONGEST))
        case Items():
            yield from (f"- {_started(_text(text))}" for text in block.texts)
        case Facts():
            yield from (f"- **{_text(name)}:** {_cell(one)}" for name, one in block.rows)
        case Grid():
            yield from _table(block)
        case Picture():
            return


def _table(grid: Grid) -> Iterator[str]:
    yield _row([_text(name) for name in grid.head])
    yield _row(["---" if at < grid.left else "---:" for at in range(len(grid.head))])
    for row in grid.rows:
        yield _row([_cell(one) for one in row])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(one: str | Entry) -> str:
    if isinstance(one, str):
        return _text(one)
    text = _text(one.text)
    if one.ink == "mono" and one.text and "`" not in one.text and "|" not in one.text:
        return f"`{safe_text(one.text, _LONGEST)}`"
    return f"**{text}**" if one.ink in ("best", "better", "worse") and text.strip() == text else text


def _fenced(text: str) -> Iterator[str]:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (fence, text, fence)


def _started(text: str) -> str:
    return _STARTS.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", text)


def _text(text: str) -> str:
    """As it was written: nothing in it is markup, nothing invisible."""
    return _SPECIAL.sub(r"\\\1", safe_text(text, _LONGEST))
