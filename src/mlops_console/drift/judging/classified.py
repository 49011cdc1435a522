"""What a classifier that tells rows apart says, by another limit than when it was measured."""

from dataclasses import replace
from typing import Final

from mlops_console.drift.model import Domain

P: Final = 0.01
"""As `drift.domain` has it."""


def by_classifier(domain: Domain | None, limit: float | None) -> Domain | None:
    """The same by the AUC from which on it is DRIFT; None: as when it was measured."""
    if domain is None or limit is None:
        return domain
    sure = domain.auc is not None and domain.p is not None and domain.p < P and limit < 1
    drifted = sure and (domain.auc or 0.0) >= limit
    # Its sentence is by the usual limit: where the verdict is another one it would contradict it.
    because = domain.because if drifted == domain.drifted else ""
    return replace(domain, drifted=drifted, because=because)
