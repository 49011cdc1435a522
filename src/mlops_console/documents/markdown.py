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
    Tile,
    Tiles,
    Words,
)

_LONGEST: Final = 4000
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>|#~&])")
_STARTS: Final = re.compile(r"^(\d+)([.)])|^([-+=])")
"""What would make a line an item of a list or a heading."""
_LINKS: Final = re.compile(r"\b(https?|ftp)(:)(?=//)|\b(www)(\.)|(\w)(@)(?=\w)", re.IGNORECASE)
"""What some readers turn into a link without being asked."""
_EXACT: Final = re.compile(r"[^`|\\\s](?:[^`|\\]*[^`|\\\s])?")
"""What can stand between backticks as it is, in a table too."""


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
            yield f"> {_started(_text(block.text))}"
        case Words():
            yield _started(_text(block.text))
        case Code():
            yield from _fenced(safe_text(block.text, _LONGEST))
        case Items():
            yield from (f"- {_started(_text(text))}" for text in block.texts)
        case Facts():
            yield from (f"- **{_text(name)}:** {_cell(one)}" for name, one in block.rows)
        case Tiles():
            yield from map(_tile, block.tiles)
        case Grid():
            yield from _table(block)
        case Picture():
            return


def _tile(tile: Tile) -> str:
    note = f" ({_text(tile.note)})" if tile.note else ""
    return f"- {_text(tile.name)}: **{_text(tile.value).strip()}**{note}"


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
    if one.ink == "mono":
        exact = safe_text(one.text, _LONGEST)
        return f"`{exact}`" if _EXACT.fullmatch(exact) else text
    return f"**{text}**" if one.ink in ("best", "better", "worse") and text.strip() == text else text


def _fenced(text: str) -> Iterator[str]:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (fence, text, fence)


def _started(text: str) -> str:
    return _STARTS.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", text)


def _text(text: str) -> str:
    """As it was written: nothing in it is markup, nothing invisible, nothing becomes a link."""
    return _LINKS.sub(_unlinked, _SPECIAL.sub(r"\\\1", safe_text(text, _LONGEST)))


def _unlinked(found: re.Match[str]) -> str:
    before, sign = (part for part in found.groups() if part is not None)
    return f"{before}\\{sign}"
