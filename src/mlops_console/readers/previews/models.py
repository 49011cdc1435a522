"""A model file as its own bytes describe it."""

from mlops_console import display
from mlops_console.readers.previews.model import Fact, Preview, Row
from mlops_console.readers.previews.opened import Opened, safe


def model(file: Opened) -> Preview:
    """A model that is a file."""
    facts, rows, note = described(file.root, file.path)
    return Preview("model", file.name, file.facts(*facts), rows, note)


def described(root: str, path: str) -> tuple[tuple[Fact, ...], tuple[Row, ...], str]:
    """Format, sizes, inputs and outputs, tensors; what would run when it were loaded, in red."""
    from mlops_console.readers.modelfiles import describe

    said = describe(root, path)
    facts: list[Fact] = [("format", said.format)]
    if said.architecture:
        facts.append(("model", safe(said.architecture, 80)))
    if said.parameters is not None:
        facts.append(("parameters", display.count(said.parameters)))
    if said.tensors_total:
        facts.append(("tensors", display.count(said.tensors_total)))
    rows: list[Row] = [(("dangerous  ", "bad"), (safe(name), "bad")) for name in said.dangerous]
    rows += [((safe(sentence), "warn"),) for sentence in said.warnings]
    rows += [
        ((f"{safe(str(key), 40)}  ", "key"), (safe(_shown(value)), _style(value)))
        for key, value in said.details.items()
    ]
    for title, tensors in (("inputs", said.inputs), ("outputs", said.outputs), ("tensors", said.tensors)):
        if tensors:
            rows.append(((title, "second"),))
        for one in tensors:
            shape = "" if one.shape is None else " x ".join("?" if s is None else str(s) for s in one.shape)
            rows.append(
                (
                    (f"  {safe(one.name, 80)}  ", "key"),
                    (f"{safe(one.dtype, 40)}  ", "muted"),
                    (safe(shape), "number"),
                )
            )
    left = said.tensors_total - len(said.tensors)
    note = f"{display.count(left)} more tensors are not listed." if said.tensors and left > 0 else ""
    return tuple(facts), tuple(rows), note


def _shown(value: object) -> str:
    """A JSON value as a person writes it."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return "-" if value is None else str(value)


def _style(value: object) -> str:
    return "number" if isinstance(value, int | float) else "text"
