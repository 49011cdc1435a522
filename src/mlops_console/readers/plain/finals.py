"""JSON and YAML files by the first bytes of them: final values, histories, or something else."""

from typing import Any

from mlops_console.readers.plain.document import Document, read_document
from mlops_console.readers.plain.names import Named
from mlops_console.readers.plain.words import is_metric_word
from mlops_console.readers.structured import flatten, load


def finals_in(file: Named, head: bytes) -> bool:
    """Whether a file named so holds final values: mostly numbers, one of which sounds like a metric."""
    if file.form == "yaml":
        value = load(head, "yaml").value
        found = _scalars(value)
    else:
        found = _partial(file, head).finals
    numbers = [
        key for key, value in found.items() if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    sounding = [key for key in numbers if is_metric_word(key)]
    return bool(sounding) and len(numbers) * 2 >= len(found)


def is_document_history(file: Named, head: bytes, params_beside: bool) -> frozenset[str] | None:
    """The metrics of a JSON file's histories; None when it holds none, or names that are no metrics."""
    found = _partial(file, head)
    keys = set(found.gather.series())
    sounding = [key for key in keys if is_metric_word(key)]
    if found.unstepped and not file.strong:
        return None
    share = 0.8 if found.unstepped else 0.3 if file.strong or file.weak or params_beside else 0.5
    needed = share * len(keys)
    if not keys or len(sounding) < needed:
        return None
    return frozenset(keys)


def _partial(file: Named, head: bytes) -> Document:
    """A document read from its head, as far as it goes."""
    text = head.decode("utf-8", "replace")
    found = read_document(text.encode(), file.strong, "")
    if found.problems and not found.finals and not len(found.gather.series()):
        found = read_document(closed(text).encode(), file.strong, "")
    return found


def closed(text: str) -> str:
    """Cut-off JSON up to its last comma, with the brackets closed that are open there."""
    stack: list[str] = []
    quoted = escaped = False
    best, closing = 0, ""
    for place, char in enumerate(text):
        if quoted:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                quoted = False
        elif char == '"':
            quoted = True
        elif char in "[{":
            stack.append("]" if char == "[" else "}")
            if len(stack) > 64:
                return ""
        elif char in "]}":
            if not stack or stack.pop() != char:
                return ""
        elif char == ",":
            best, closing = place, "".join(reversed(stack))
    return text[:best] + closing


def _scalars(value: Any) -> dict[str, Any]:
    flat, _ = flatten(value)
    return {key: inner for key, inner in flat.items() if not isinstance(inner, list | dict)}
