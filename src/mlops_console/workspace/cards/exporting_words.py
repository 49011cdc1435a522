"""What an export says of itself: a page for whoever opens it, and sums that `sha256sum -c` reads."""

import os
from collections.abc import Mapping

from mlops_console import display
from mlops_console.display import safe_text
from mlops_console.documents.blocks import Block, Code, Facts, Heading, Words
from mlops_console.documents.markdown import markdown
from mlops_console.promotion.card.model import Card
from mlops_console.promotion.copying import Copied


def checked(size: int, files: int) -> str:
    """That the files were read for this card."""
    many = "file was" if files == 1 else "files were"
    return (
        f"For this export {display.count(files)} {many} read in full ({display.size(size)}): every byte is"
        " what was registered."
    )


def sums(hashes: Mapping[str, str]) -> bytes:
    """As `sha256sum` writes them; names are bytes, and those with line ends are escaped as it does."""
    lines = []
    for path, digest in sorted(hashes.items(), key=lambda one: os.fsencode(one[0])):
        name = os.fsencode(path)
        escaped = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
        mark = b"\\" if escaped != name else b""
        lines.append(b"%s%s  %s\n" % (mark, digest.encode(), escaped))
    return b"".join(lines)


def readme(card: Card, copied: Copied | None, events: int, written: Mapping[str, str]) -> str:
    """What lies where, and how to check it without this program."""
    blocks: list[Block] = [
        Heading(f"{card.label}, exported", 1),
        Words(
            f"All that the project {card.project} knows of version {card.version} of the model"
            f" {card.model}. Nothing here needs the program that wrote it ({card.maker})."
        ),
        Facts(tuple(_parts(card, copied, events, written))),
        Heading("Checking it"),
        Words("Every file but SHA256SUMS itself is listed in it. In this folder:"),
        Code("sha256sum -c SHA256SUMS"),
        Words(
            "Files in journal/ are byte for byte those of the project's journal. Each is one decision: who"
            " (by, uid, host), when (at, microseconds since 1970), what (kind, body), and on which evidence."
            " Its parents are the SHA-256 of the files of every newest decision that its author knew, so a"
            " later decision vouches for earlier ones: what sha256sum says of a file here is what others name"
            " as a parent. Parents that are not here concern other versions or models, and are in the"
            " project's journal."
        ),
    ]
    if copied is not None and not copied.single:
        blocks += [
            Words(
                "The model's own SHA-256 is over its files: for each, sorted by path as bytes, its SHA-256 in"
                " hex, two blanks, its path and a line end; all of it hashed."
            )
        ]
    return markdown(blocks)


def _parts(
    card: Card, copied: Copied | None, events: int, written: Mapping[str, str]
) -> list[tuple[str, str]]:
    known = [
        ("card.md, card.html", "what a person should know of it; the page needs no network"),
        ("card.json", "the same for programs"),
        ("version.json", "the version as `mlops-console models --json` prints it"),
        ("journal/", f"{_decisions(events)}, as written"),
        ("evidence/", "what the gates saw at each move, and what was recorded when it was registered"),
    ]
    if "mlops-console.toml" in written:
        known.append(
            ("mlops-console.toml", "what the project wished of its models on the day of this export")
        )
    if "reference.baseline" in written:
        compare = "mlops-console drift compare reference.baseline DATA"
        about = f"a profile of the data that it is judged against, with whole rows of it: {compare}"
        known.append(("reference.baseline", about))
    if copied is not None:
        where = f"model/{safe_text(copied.files[0].path)}" if copied.single else "model/"
        known.append((where, f"the model, SHA-256 {copied.sha256}"))
    elif card.external:
        known.append(("no model", "it is somewhere else; its evaluation is in evidence/registered.json"))
    else:
        known.append(("no model", f"its files were left out; their SHA-256 is {card.contents.sha256}"))
    if "model.SHA256SUMS" in written:
        known.append(("model.SHA256SUMS", "the model's files, to be checked where they are"))
    return known


def _decisions(many: int) -> str:
    return (
        "the decision that concerns it"
        if many == 1
        else f"the {display.count(many)} decisions that concern it"
    )
