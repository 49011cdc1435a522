"""Which parts of a version's card nobody has written or recorded."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mlops_console.promotion.card.model import Missing
from mlops_console.wishes.model import ModelWishes

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_WRITTEN: Final = (
    ("owner", "Nobody has written who answers for it"),
    ("purpose", "Nobody has written what it is for"),
    ("limits", "Nobody has written its limits"),
)
WRITTEN: Final = tuple(name for name, _ in _WRITTEN)
"""Parts that stand in the project's file."""


def missing_parts(wishes: ModelWishes, body: Mapping[str, Any]) -> tuple[Missing, ...]:
    """What a complete card would have and this one has not.

    Args:
        wishes: What the project's file says of the model.
        body: Of the event that registered the version.
    """
    return (*_unwritten(wishes), *_unrecorded(body))


def table(model: str) -> str:
    """The table of a model in the project's file: `[models.churn]`."""
    return f"[models.{model if _BARE.fullmatch(model) else json.dumps(model, ensure_ascii=False)}]"


def _unwritten(wishes: ModelWishes) -> Iterator[Missing]:
    for name, what in _WRITTEN:
        if not getattr(wishes, name).strip():
            yield Missing(name, f"{what}: add `{name} = …` under {table(wishes.name)} in mlops-console.toml.")


def _unrecorded(body: Mapping[str, Any]) -> Iterator[Missing]:
    external = body.get("origin") == "external"
    if not body.get("metrics") and not body.get("summary"):
        yield Missing("metrics", "No metric was recorded: what it can do is not known.")
    if not body.get("datasets"):
        how = (
            "its evaluation names no `dataset`"
            if external
            else f"{_source(body)}, so what it was trained and measured on is not known"
        )
        yield Missing("data", f"No data is recorded: {how}.")
    if external:
        return
    code = body.get("code")
    if not (isinstance(code, Mapping) and code.get("commit")):
        yield Missing("code", f"No commit is recorded: {_source(body)}, so its code can't be found again.")
    environment = body.get("environment")
    if not (isinstance(environment, Mapping) and environment.get("packages")):
        yield Missing(
            "environment", f"No packages are recorded: {_source(body)}, so it can't be built again as it was."
        )


def _source(body: Mapping[str, Any]) -> str:
    return "its run says none" if body.get("run") else "it was registered without a run"
