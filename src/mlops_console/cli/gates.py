"""`mlops-console gates MODEL@VERSION --for ALIAS`: would it be let through, and why not."""

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console.cli.printing import (
    Progress,
    coloured,
    fitted,
    out,
    out_json,
    say,
    table,
    tell_notices,
    width,
)
from mlops_console.display import safe_text

if TYPE_CHECKING:
    from mlops_console.promotion.model import GateResult
    from mlops_console.workspace.judging.judging import GateRun
    from mlops_console.workspace.models import Resolved

EPILOG = """\
Asks every gate that mlops-console.toml lists for the alias, and always whether the model's files are what was
registered. Nothing is decided and nothing written; commands of the project run only where you have trusted
them (`mlops-console trust`), and not at all with --no-commands.
Without --for it is champion, if that has gates, else the one alias that has some, which is said.
Exits 0 if all pass, 1 if one fails or can't tell, 2 if they could not be asked.
--json prints one object: {"project", "model", "version", "alias", "champion", "passed", "gates", "evidence",
"mistakes"}; "gates" holds {"gate", "verdict" (pass, fail, unknown), "measured", "required", "because",
"evidence", "value"}."""
REFUSED: Final = 1
_GLYPHS: Final = {"pass": "✓", "fail": "✗", "unknown": "?"}
_ASCII: Final = {"pass": "*", "fail": "x", "unknown": "?"}
_COLOURS: Final = {"pass": "ok", "fail": "failed", "unknown": "muted"}
_NAME, _CELL, _EVIDENCE = 48, 24, 40


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("version", metavar="MODEL@VERSION", help="churn@3, or churn@challenger")
    parser.add_argument(
        "--for", dest="alias", metavar="ALIAS", help="where it would move (default: what has gates)"
    )
    parser.add_argument("--project", metavar="PROJECT", help="the project's name or folder")
    parser.add_argument("--no-commands", action="store_true", help="run none of the project's commands")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    import os

    from mlops_console.errors import UsageError
    from mlops_console.wishes.naming import why_no_alias
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.judging.judging import alias_with_gates, judge, unnamed
    from mlops_console.workspace.models import resolve

    wrong = why_no_alias(asked.alias) if asked.alias is not None else ""
    if wrong:
        raise UsageError(f"{safe_text(asked.alias, 80)!r} is no alias: it {wrong}", "for example champion")
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        resolved = resolve(workspace, asked.version, asked.project)
        if asked.alias is None:
            asked.alias = alias_with_gates(resolved)
            say(f"For {safe_text(asked.alias)}, which mlops-console.toml names gates for.")
        progress = Progress()
        try:
            found = judge(
                workspace,
                resolved,
                asked.alias,
                promoter_uid=os.getuid(),
                run_commands=not asked.no_commands,
                progress=progress,
            )
        finally:
            progress.done()
        beside = unnamed(resolved, asked.alias)
    for mistake in (*found.mistakes, *([beside] if beside else [])):
        say(safe_text(mistake))
    if asked.json:
        out_json(as_json(resolved, asked.alias, found))
    else:
        for line in lines(resolved, asked.alias, found):
            out(line)
    return 0 if found.passed else REFUSED


def as_json(resolved: "Resolved", alias: str, found: "GateRun") -> dict[str, object]:
    """The object that `--json` prints."""
    return {
        "project": resolved.project.name,
        "model": resolved.model.name,
        "version": resolved.version.number,
        "alias": alias,
        "champion": None if found.champion is None else found.champion.number,
        "passed": found.passed,
        "gates": [one.as_json() for one in found.results],
        "evidence": found.evidence_json,
        "mistakes": list(found.mistakes),
    }


def lines(resolved: "Resolved", alias: str, found: "GateRun") -> Iterator[str]:
    """Every line, safe to print."""
    holder = f"as the first {alias}"
    if found.champion is not None:
        state = resolved.model.aliases.get(alias)
        last = "" if state is not None and state.version is not None else "the last "
        holder = f"against {last}{alias} v{found.champion.number}"
    passing = sum(one.verdict == "pass" for one in found.results)
    head = f"Gates of {safe_text(resolved.model.name)} v{resolved.version.number}"
    yield f"{coloured(head, 'strong')}  {holder}  {passing} of {len(found.results)} pass"
    yield from gate_table(found.results)
    refusing = found.refusing
    if refusing:
        yield ""
    for one in refusing:
        yield f"{_glyph(one)} {safe_text(one.gate, 120)}: {safe_text(one.because, 2_000)}"


def gate_table(results: "Sequence[GateResult]") -> Iterator[str]:
    """Glyph, gate, measured, required, evidence: figures stand under each other."""
    first = next((at for at, one in enumerate(results) if one.verdict != "pass"), None)
    measured = _aligned([fitted(one.measured, _CELL) for one in results])
    required = _aligned_limits([fitted(one.required, _CELL) for one in results])
    names = [fitted(one.gate, _NAME) for one in results]
    rest = _EVIDENCE if width() is not None else 200
    columns = [
        [_glyph(one) for one in results],
        [_strong(text, at == first) for at, text in enumerate(names)],
        [_strong(text, at == first) for at, text in enumerate(measured)],
        [_muted(text) for text in required],
        [_muted(fitted(one.evidence, rest)) for one in results],
    ]
    yield from table(
        ["", "gate", "measured", "required", "evidence"], columns, [False, False, True, False, False]
    )


def _glyph(one: "GateResult") -> str:
    import sys

    glyphs = _GLYPHS if (sys.stdout.encoding or "").lower().startswith("utf") else _ASCII
    return coloured(glyphs[one.verdict], _COLOURS[one.verdict])


def _muted(text: str) -> str:
    return coloured(text, "muted") if text else ""


def _strong(text: str, strong: bool) -> str:
    return coloured(text, "strong") if strong else text


def _aligned(texts: Sequence[str]) -> list[str]:
    """Numbers on their points; words stay as they are, right-aligned by the table."""
    tails = [_tail(text) for text in texts]
    most = max((tail for tail in tails if tail is not None), default=0)
    return [
        text if tail is None else text + " " * (most - tail) for text, tail in zip(texts, tails, strict=True)
    ]


_NUMBER: Final = re.compile(r"[+−]?[\d,]*(\.\d+)?(e[+-]?\d+)?")


def _tail(text: str) -> int | None:
    """How much stands from the point on; None for what is no number."""
    if not text or not _NUMBER.fullmatch(text):
        return None
    return len(text) - text.find(".") if "." in text else 0


def _aligned_limits(texts: Sequence[str]) -> list[str]:
    """`>=  .9111`: the sign left, the number on its point."""
    split = [text.partition(" ") if text[:1] in "<>" else (text, "", "") for text in texts]
    signs = max((len(one[0]) for one in split if one[1]), default=0)
    numbers = _aligned([one[2] if one[1] else "" for one in split])
    wide = max((len(text) for text in numbers), default=0)
    return [
        f"{one[0]:<{signs}} {text:>{wide}}".rstrip() if one[1] else one[0]
        for one, text in zip(split, numbers, strict=True)
    ]
