"""Loading the model runs nothing that is known as dangerous."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mlops_console.display import count
from mlops_console.promotion.gates.words import BuiltIn, keys_wrong, mapping, shown
from mlops_console.promotion.model import Evidence, GateResult

_REQUIRED: Final = "no known dangerous"
_NAMED: Final = 3
_KEYS: Final = ("allow", "strict")
NOT_SCANNED: Final = "not_scanned"
"""Key of a description: sentences about what the scan could not see; empty: it saw all of it."""


class Safe(BuiltIn):
    """Imports of pickles."""

    name = "safe"
    needs = frozenset({"description"})
    example = "safe = true"
    about = "No import that is known as dangerous is in the model's pickles."
    sees = (
        "the imports that the model's bytes name, judged by picklescan; nothing is loaded. It passes with *no"
        " known dangerous imports*, which is no promise: load models only from people you trust."
        " `functools.partial` is no danger where a pickle does with it only what scikit-learn's boosted"
        " trees do for categorical features, or a choice of features by mutual information with a fixed seed."
        " `{ strict = true }` fails as well where nobody vouches for an"
        ' import; `{ allow = ["functools.partial"] }` lets those pass that your models do need.'
    )
    unknown_when = (
        "the format can hide imports and the scan could not see all of it, or the file can't be read."
    )

    def mistakes(self, wish: Any) -> Sequence[str]:
        """Keys and values that it has not."""
        if wish is True:
            return ()
        if not isinstance(wish, Mapping):
            return (
                f'must be true, or a table such as {{ allow = ["functools.partial"] }}, not {shown(wish)}.',
            )
        found = keys_wrong(wish, _KEYS)
        allow = wish.get("allow", [])
        if not isinstance(allow, list | tuple) or not all(isinstance(one, str) for one in allow):
            found.append(f'has allow = {shown(allow)}: write a list of imports: ["functools.partial"].')
        if not isinstance(wish.get("strict", False), bool):
            found.append(f"has strict = {shown(wish['strict'])}: write true or false.")
        return found

    def judged(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """One result."""
        if evidence.external:
            because = "It is external: there are no files of it here that could be loaded."
            return (self.said("pass", "nothing", _REQUIRED, because, evidence="external"),)
        told = mapping(evidence.description)
        form = told.get("format")
        if not told or not isinstance(form, str) or not form or told.get("problem"):
            why = told.get("problem")
            because = why if isinstance(why, str) and why else "The model's bytes were not looked at."
            return (self.unknown(because, required=_REQUIRED),)
        allowed = _texts(mapping(wish).get("allow"))
        dangerous = [one for one in _texts(told.get("dangerous")) if not _is_allowed(one, allowed)]
        if dangerous:
            because = (
                f"Loading it would import {_listed(dangerous)}, by which attacks run code. If your own code"
                f' needs that, allow it: safe = {{ allow = ["{_dotted(dangerous[0])}"] }}.'
            )
            return (
                self.said("fail", dangerous[0], _REQUIRED, because, evidence=form, value=list(dangerous)),
            )
        hidden = told.get(NOT_SCANNED)
        if told.get("unsafe_format") is not False:
            if not isinstance(hidden, list | tuple):
                because = f"A {form} file can run code when it is loaded, and it was not scanned."
                return (self.unknown(because, required=_REQUIRED, evidence=form),)
            if hidden:
                because = (
                    f"A {form} model can run code when it is loaded, and not all of it could be scanned: "
                )
                return (self.unknown(because + str(hidden[0]), required=_REQUIRED, evidence=form),)
        elif isinstance(hidden, list | tuple) and hidden and form == "unrecognised":
            return (self.unknown(str(hidden[0]), required=_REQUIRED, evidence=form),)
        return (self._clean(mapping(wish), told, form),)

    def _clean(self, wish: Mapping[str, Any], told: Mapping[str, Any], form: str) -> GateResult:
        details = mapping(told.get("details"))
        allowed, imports = _texts(wish.get("allow")), _texts(details.get("imports"))
        doubtful = [one for one in _texts(details.get("not_vouched_for")) if not _is_allowed(one, allowed)]
        if doubtful and wish.get("strict") is True:
            because = f"Nobody vouches for {_listed(doubtful)}, which loading it imports."
            return self.said(
                "fail", doubtful[0], "all vouched for", because, evidence=form, value=list(doubtful)
            )
        beside = f" Nobody vouches for {_listed(doubtful)}." if doubtful else ""
        if allowed and told.get("dangerous"):
            beside += f" The project allows {_listed(allowed)}."
        if told.get("unsafe_format") is False:
            because = f"Files of the format {form} hold no code that loading runs.{beside}"
            return self.said("pass", "none known", _REQUIRED, because, evidence=form, value="none known")
        seen = f" among the {count(len(imports))} that it names" if imports else ""
        because = f"No known dangerous imports{seen}; only load it if you trust where it comes from.{beside}"
        return self.said("pass", "none known", _REQUIRED, because, evidence=form, value="none known")


def _dotted(name: str) -> str:
    """An import as it is written: the scanner puts a blank or a point between module and name."""
    return name.replace(" ", ".")


def _is_allowed(name: str, allowed: Sequence[str]) -> bool:
    return _dotted(name) in {_dotted(one) for one in allowed}


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {count(more)} more" if more > 0 else "")


GATE = Safe()
