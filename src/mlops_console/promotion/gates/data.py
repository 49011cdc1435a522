"""It is known by hash which data the run used."""

from collections.abc import Sequence
from typing import Any, Final

from mlops_console.display import count
from mlops_console.promotion.gates.words import BuiltIn, mapping
from mlops_console.promotion.model import Evidence, GateResult

_HASHES: Final = ("sha256", "digest", "hash", "md5", "checksum")
_REQUIRED: Final = "all hashed"
_NAMED: Final = 3


class Data(BuiltIn):
    """Every dataset has a hash."""

    name = "data"
    needs = frozenset({"run"})
    example = "data = true"
    about = "Every dataset that the run names has a hash, so that it is known which data it was."
    sees = (
        "the datasets that the tracker recorded, and their `sha256`, `digest`, `hash`, `md5` or `checksum`."
    )
    unknown_when = "the run names no dataset."

    def judged(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """One result."""
        found = mapping(evidence.run).get("datasets")
        datasets = [mapping(one) for one in found] if isinstance(found, list) else []
        if not datasets:
            because = (
                "It is external, and its evaluation names no dataset."
                if evidence.external
                else "No dataset is recorded: name them with run.dataset(PATH) where the run opens them."
            )
            return (self.unknown(because, required=_REQUIRED),)
        without = [one for one in datasets if not any(_is_hash(one.get(key)) for key in _HASHES)]
        many = len(datasets)
        measured = f"{count(many - len(without))} of {count(many)}"
        first = next(
            (str(one[key])[:12] for one in datasets for key in _HASHES if _is_hash(one.get(key))), ""
        )
        if without:
            named = ", ".join(_name(one) for one in without[:_NAMED])
            because = f"No hash is known of {named}: name files with run.dataset(PATH), which hashes them."
            return (
                self.said("fail", measured, _REQUIRED, because, evidence=first, value=many - len(without)),
            )
        named = ", ".join(_name(one) for one in datasets[:_NAMED])
        because = f"The hash of {'it' if many == 1 else 'each'} is recorded: {named}."
        return (self.said("pass", measured, _REQUIRED, because, evidence=first, value=many),)


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _name(one: Any) -> str:
    return str(one.get("name") or one.get("path") or "a dataset without a name")[:80]


GATE = Data()
