"""A document as one HTML file: no script, nothing from elsewhere, readable by day and by night."""

import html as markup
from collections.abc import Callable, Iterable, Iterator, Mapping
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
    Tiles,
    Words,
)

Draw = Callable[[Picture], str]
"""A picture as SVG in the page's colours (`var(--ok)` …); empty where there is nothing to see."""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_LONGEST: Final = 4000
_TITLE: Final = 160
_DAY: Final = {
    "bg": "#fcfcfb", "panel": "#f3f4f5", "text": "#1b2129", "second": "#434d5a", "muted": "#5c6675",
    "line": "#d3d8de", "ok": "#17703f", "bad": "#b3231c", "base": "#4a5361", "common": "#b9c3d1",
    "warn": "#8a5200",
    "series0": "#0a6fb0", "series1": "#a85500", "series2": "#00785a", "series3": "#994a82",
    "series4": "#7a6a00", "series5": "#bd4a00", "series6": "#3d4fc4",
}  # fmt: skip
_NIGHT: Final = {
    "bg": "#0d1117", "panel": "#131922", "text": "#e6eaf0", "second": "#aab4c2", "muted": "#7f8b9b",
    "line": "#2b3442", "ok": "#6fcf97", "bad": "#ff7b72", "base": "#c6ced9", "common": "#3c4a60",
    "warn": "#f0b45c",
    "series0": "#5cb8f0", "series1": "#f0a23c", "series2": "#35c9a0", "series3": "#d58fc0",
    "series4": "#efe06a", "series5": "#ff8a5c", "series6": "#7d9bff",
}  # fmt: skip
SERIES: Final = 7
"""Colours of curves, by turns."""
COLOURS: Final[Mapping[str, str]] = {name: f"var(--{name})" for name in _DAY}
"""Every style of a chart as a variable that the page gives a value, one by day and one by night."""
_RULES: Final = """
body{background:var(--bg);color:var(--text);font:15px/1.5 system-ui,sans-serif;margin:0 auto;
 max-width:1080px;padding:2rem 1.5rem 4rem}
h1{font-size:1rem;color:var(--muted);font-weight:600;margin:0;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:2.4rem 0 .5rem;overflow-wrap:anywhere}
h3{font-size:.95rem;margin:1.4rem 0 .4rem;overflow-wrap:anywhere}
p{max-width:48rem;overflow-wrap:anywhere}
.answer{font-size:1.5rem;line-height:1.35;margin:.4rem 0 1rem;max-width:none}
.muted{color:var(--muted)}
p.muted{font-size:.92rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.87rem;font-variant-numeric:tabular-nums;margin:.5rem 0}
th,td{text-align:left;padding:.3rem 1.3rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top;
 max-width:34rem;overflow-wrap:anywhere}
th{color:var(--muted);font-weight:600}
.n{text-align:right;white-space:nowrap}
.best{font-weight:700}
.better{color:var(--ok);font-weight:600}
.worse{color:var(--bad);font-weight:600}
ul{padding-left:1.1rem;color:var(--second);font-size:.92rem;max-width:48rem}
li{overflow-wrap:anywhere}
pre{background:var(--panel);padding:.7rem .9rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem}
.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em;overflow-wrap:anywhere}
p.warn,ul.warn{border-left:3px solid var(--warn);padding:.15rem 0 .15rem .9rem;color:var(--text)}
ul.warn{list-style:none}
ul.warn li{margin:.2rem 0}
dl{display:grid;grid-template-columns:minmax(8.5rem,max-content) 1fr;gap:.26rem 1.4rem;margin:.4rem 0;
 font-size:.92rem}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere;min-width:0}
.tiles{display:flex;flex-wrap:wrap;gap:.6rem 3rem;border:solid var(--line);border-width:1px 0;
 padding:.9rem 0;margin:1.3rem 0}
.tiles div{max-width:17rem}
.tiles b{display:block;font-size:1.3rem;line-height:1.4;font-weight:600;overflow-wrap:anywhere;
 font-variant-numeric:tabular-nums}
.tiles span{display:block;font-size:.82rem;color:var(--muted);overflow-wrap:anywhere}
figure{margin:1rem 0}
svg{max-width:100%;height:auto}
@media(max-width:640px){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}
 th:not(.n),td:not(.n){min-width:5.5rem}}
@media print{html{font-size:9.5pt}body{max-width:none;padding:0;font-size:1rem;background:none}
 .wide{overflow:visible}th{white-space:nowrap}th,td{padding-right:.9rem}td:not(.mono){overflow-wrap:break-word}
 h2,h3{break-after:avoid}tr,.tiles,li,dd,figure{break-inside:avoid}}
"""


def page(blocks: Iterable[Block], title: str, maker: str, draw: Draw = lambda _: "") -> str:
    """The whole document; everything in its texts is escaped, and a policy forbids the rest.

    Args:
        blocks: What it says.
        title: Of the window.
        maker: The command that made it.
        draw: Draws its pictures.
    """
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        mark(maker),
        f"<title>{markup.escape(safe_text(title, _TITLE))}</title>",
        f"<style>:root{{{_variables(_DAY)}}}",
        # On paper it is always day.
        f"@media screen and (prefers-color-scheme:dark){{:root{{{_variables(_NIGHT)}}}}}",
        f"{_RULES}</style></head><body>",
    ]
    parts += _sections(blocks, draw)
    return "\n".join([*parts, "</body></html>"]) + "\n"


def mark(maker: str) -> str:
    """What tells a page of ours from others."""
    return f'<meta name="generator" content="mlops-console {maker}">'


def _sections(blocks: Iterable[Block], draw: Draw) -> Iterator[str]:
    """What comes before the first section, then the sections."""
    yield "<header>"
    inside = False
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            yield "</section><section>" if inside else "</header><main><section>"
            inside = True
        yield from _parts(draw, block)
    yield "</section></main>" if inside else "</header>"


def _variables(colours: Mapping[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())


def _parts(draw: Draw, block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"<h{block.level}>{_text(block.text)}</h{block.level}>"
        case Words():
            role = "" if block.role == "plain" else f' class="{block.role}"'
            yield f"<p{role}>{_text(block.text)}</p>"
        case Code():
            yield f"<pre><code>{_text(block.text)}</code></pre>"
        case Items():
            role = f' class="{block.role}"' if block.role != "plain" else ""
            yield f"<ul{role}>{''.join(f'<li>{_text(text)}</li>' for text in block.texts)}</ul>"
        case Facts():
            yield from _facts(block)
        case Tiles():
            yield from _tiles(block)
        case Grid():
            yield from _table(block)
        case Picture():
            drawn = draw(block)
            if drawn:
                yield f"<figure>{drawn.strip()}</figure>"


def _facts(facts: Facts) -> Iterator[str]:
    yield "<dl>"
    for name, one in facts.rows:
        entry = one if isinstance(one, Entry) else Entry(one)
        role = f' class="{entry.ink}"' if entry.ink else ""
        yield f"<dt>{_text(name)}</dt><dd{role}>{_text(entry.text)}</dd>"
    yield "</dl>"


def _tiles(block: Tiles) -> Iterator[str]:
    yield '<div class="tiles">'
    for tile in block.tiles:
        ink = f' class="{tile.ink}"' if tile.ink else ""
        note = f"<span>{_text(tile.note)}</span>" if tile.note else ""
        yield f"<div><span>{_text(tile.name)}</span><b{ink}>{_text(tile.value)}</b>{note}</div>"
    yield "</div>"


def _table(grid: Grid) -> Iterator[str]:
    yield '<div class="wide"><table><thead><tr>'
    yield "".join(_cell("th", at, name, grid) for at, name in enumerate(grid.head))
    yield "</tr></thead><tbody>"
    for row in grid.rows:
        yield f"<tr>{''.join(_cell('td', at, one, grid) for at, one in enumerate(row))}</tr>"
    yield "</tbody></table></div>"


def _cell(tag: str, at: int, one: str | Entry, grid: Grid) -> str:
    entry = one if isinstance(one, Entry) else Entry(one)
    kinds = [kind for kind in ("n" if at >= grid.left else "", entry.ink) if kind]
    role = f' class="{" ".join(kinds)}"' if kinds else ""
    scope = ' scope="col"' if tag == "th" else ""
    return f"<{tag}{scope}{role}>{_text(entry.text)}</{tag}>"


def _text(text: str) -> str:
    """As it was written: nothing in it is markup, nothing invisible."""
    return markup.escape(safe_text(text, _LONGEST))
