"""The packages of the run are recorded."""

from collections.abc import Sequence
from typing import Any, Final

from mlops_console.display import count
from mlops_console.promotion.gates.words import BuiltIn, mapping
from mlops_console.promotion.model import Evidence, GateResult

_REQUIRED: Final = "recorded"


class Environment(BuiltIn):
    """Packages with their versions."""

    name = "environment"
    needs = frozenset({"run"})
    example = "environment = true"
    about = "The packages that the run used are recorded, so that it can be made again."
    sees = (
        "what the tracker recorded of the environment, or what lies beside the model (MLflow's requirements)."
    )
    unknown_when = "the version is external."

    def judged(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """One result."""
        if evidence.run is None:
            why = "It is external: nobody knows" if evidence.external else "Nobody knows"
            return (self.unknown(f"{why} what it ran with.", required=_REQUIRED),)
        said = mapping(evidence.run.get("environment"))
        packages = said.get("packages")
        many = len(packages) if isinstance(packages, dict | list) else 0
        python = said.get("python")
        where = f"python {python}" if isinstance(python, str) and python else ""
        if many:
            measured = f"{count(many)} package{'s' if many != 1 else ''}"
            because = f"{measured} {'are' if many != 1 else 'is'} recorded, with the version."
            return (self.said("pass", measured, _REQUIRED, because, evidence=where, value=many),)
        if evidence.external:
            return (self.unknown("It is external: nobody knows what it ran with.", required=_REQUIRED),)
        because = (
            "No packages are recorded: record runs with mlops_console.run(), or log the model with its"
            " requirements."
        )
        return (self.said("fail", "none", _REQUIRED, because, evidence=where, value=0),)


GATE = Environment()
