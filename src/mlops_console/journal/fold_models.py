"""The fold of one model: its events, taken one by one in order."""

from typing import TYPE_CHECKING, Final

from mlops_console.display import minute
from mlops_console.journal.event import (
    ALIAS,
    ALLOW,
    APPROVE,
    BASELINE,
    DEPLOY,
    DEPLOYED,
    IMPORTANCE,
    NOTE,
    REGISTER,
    RETRACT,
    RETRAIN,
    RETRAINED,
    REVIEW,
    TAG,
    Event,
)
from mlops_console.journal.fold_aliases import AliasFold, MoveFold
from mlops_console.journal.fold_ancestry import Ancestry
from mlops_console.journal.fold_figures import importance_of, review_of
from mlops_console.journal.fold_reading import (
    UnusableError,
    alias_of,
    loose_text,
    names,
    optional_object,
    optional_text,
    sentence,
    text,
)
from mlops_console.journal.fold_remarks import reason_of
from mlops_console.journal.fold_trainings import Trainings
from mlops_console.journal.fold_versions import Numbering, VersionFold
from mlops_console.journal.registry import AliasState, Approval, Deployment, Model, Retraining, Review

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlops_console.records import Json

OUTCOMES: Final = ("done", "returned", "refused")
WAYS: Final = ("promote", "rollback", "remove", "adopt")


class ModelFold:
    """What the events of one model come to."""

    def __init__(self, name: str, ancestry: Ancestry) -> None:
        self.name = name
        self.problems: list[tuple[tuple[int, str], str]] = []
        self.missing: set[str] = set()
        """SHA-256 of events that would have to be asked who knew what; they are not here."""
        self._ancestry = ancestry
        self._numbering = Numbering()
        self._versions = self._numbering.versions
        self._aliases: dict[str, AliasFold] = {}
        self._moves: dict[str, MoveFold] = {}
        self._approvals: dict[str, Approval] = {}
        self._deployments: dict[str, Deployment] = {}
        self._remarked: dict[str, VersionFold] = {}
        self._pinned: dict[str, VersionFold] = {}
        self._weighed: dict[str, VersionFold] = {}
        self._reviews: dict[str, Review] = {}
        self._trainings = Trainings()
        self._does: Final[Mapping[str, Callable[[Event], None]]] = {
            REGISTER: self._register,
            ALIAS: self._alias,
            APPROVE: self._approve,
            ALLOW: self._approve,
            NOTE: self._remark,
            TAG: self._remark,
            DEPLOY: self._deploy,
            DEPLOYED: self._deployed,
            RETRACT: self._retract,
            BASELINE: self._pin,
            REVIEW: self._review,
            IMPORTANCE: self._weigh,
            RETRAIN: self._retrain,
            RETRAINED: self._trainings.end,
        }

    def apply(self, event: Event) -> None:
        """The next event in order."""
        try:
            self._does[event.kind](event)
        except UnusableError as why:
            self.problems.append((event.order, sentence(event, str(why))))

    @property
    def there(self) -> bool:
        """Whether anything was ever registered under this name."""
        return bool(self._versions)

    @property
    def retrainings(self) -> tuple[Retraining, ...]:
        """Those of it, also where nothing was ever registered under this name; the newest first."""
        return self._trainings.standing

    def show(self) -> Model | None:
        """As the registry has it; None where nothing was ever registered under this name."""
        if not self._versions:
            return None
        return Model(
            self.name,
            self._numbering.sorted(),
            {
                name: AliasState(
                    name,
                    alias.standing.version.show() if alias.standing.version is not None else None,
                    alias.standing.event.at,
                    alias.standing.event.by,
                    alias.standing.event,
                    alias.contested,
                )
                for name, alias in sorted(self._aliases.items())
                if alias.standing is not None
            },
            tuple(move.show() for move in reversed(self._moves.values())),
            tuple(self._approvals.values()),
            tuple(reversed(self._deployments.values())),
            self._said(),
            tuple(reversed(self._reviews.values())),
            self.retrainings,
        )

    def _said(self) -> tuple[str, ...]:
        numbered = [
            f"{self.name}@{one.number}: {one.event.by} registered it as {one.claimed},"
            " which somebody else had taken at the same time"
            for one in self._numbering.renumbered
        ]
        contested = [
            f"{name} is contested, moved from the same place at the same time:"
            f" {', '.join(self._did(one) for one in alias.rivals)};"
            f" it stands on {_place(alias.standing)} until somebody moves it again, which settles it"
            for name, alias in sorted(self._aliases.items())
            if alias.contested
        ]
        return (*numbered, *contested)

    def _did(self, event: Event) -> str:
        made = self._moves.get(event.id)
        what = f"moved it to {_place(made)}" if made is not None else "took a move of it back"
        return f"{event.by} {what} ({minute(event.at)} UTC)"

    def _register(self, event: Event) -> None:
        self._numbering.add(VersionFold(event))

    def _version(self, version_id: str) -> VersionFold:
        found = self._versions.get(version_id)
        if found is None:
            raise UnusableError(f"no version of {self.name} was registered by the event it names")
        return found

    def _alias(self, event: Event) -> None:
        body = event.body
        name, to, back = (
            alias_of(body),
            optional_text(body, "version_id"),
            optional_text(body, "from_version_id"),
        )
        way = text(body, "way")
        if way not in WAYS:
            raise UnusableError("`way` is none of " + ", ".join(WAYS))
        version = None if to is None else self._version(to)
        before = None if back is None else self._versions.get(back)
        move = MoveFold(event, name, version, before, way)
        alias = self._aliases.get(name)
        if alias is None:
            alias = self._aliases[name] = AliasFold(name, self._ancestry, self.missing)
        stood = alias.standing
        wrong = alias.move(move, back)
        self._moves[event.id] = move
        for one in (version, before):
            if one is not None:
                one.moves.append(move)
        self._moved(alias, stood)
        if wrong:
            raise UnusableError(wrong)

    def _moved(self, alias: AliasFold, before: MoveFold | None) -> None:
        """Let the versions know which aliases stand on them."""
        for move, stands in ((before, False), (alias.standing, True)):
            if move is not None and move.version is not None:
                if stands:
                    move.version.aliases.add(alias.name)
                else:
                    move.version.aliases.discard(alias.name)
                move.version.changed()

    def _approve(self, event: Event) -> None:
        body = event.body
        version = self._version(text(body, "version_id"))
        gates = names(body, "gates") if event.kind == ALLOW else ()
        if event.kind == ALLOW and not gates:
            raise UnusableError("it names no gates that may fail")
        self._approvals[event.id] = Approval(
            event.id,
            version.id,
            alias_of(body),
            event.by,
            event.uid,
            event.at,
            loose_text(body, "reason"),
            gates,
            event.proven,
        )

    def _remark(self, event: Event) -> None:
        subject = optional_object(event.body, "subject") or {}
        version = self._version(text(subject, "version_id"))
        if event.kind == NOTE:
            version.remarks.note(event)
        else:
            version.remarks.tag(event)
        self._remarked[event.id] = version
        version.changed()

    def _pin(self, event: Event) -> None:
        version = self._version(text(event.body, "version_id"))
        version.baselines.add(event)
        self._pinned[event.id] = version
        version.changed()

    def _weigh(self, event: Event) -> None:
        version = self._version(text(event.body, "version_id"))
        version.importances[event.id] = importance_of(event)
        self._weighed[event.id] = version
        version.changed()

    def _review(self, event: Event) -> None:
        review = review_of(event)
        if not self._versions:
            raise UnusableError(f"no version of {self.name} was registered before it")
        self._reviews[event.id] = review

    def _retrain(self, event: Event) -> None:
        version_id = self._trainings.begin(event)
        if version_id is not None:
            self._version(version_id)

    def _deploy(self, event: Event) -> None:
        body: Mapping[str, Json] = event.body
        version_id = text(body, "version_id")
        target, folder, sha256 = text(body, "target"), loose_text(body, "folder"), loose_text(body, "sha256")
        self._deployments[event.id] = Deployment(event, version_id, target, folder, sha256, "open")
        self._version(version_id)

    def _deployed(self, event: Event) -> None:
        body = event.body
        found = self._deployments.get(loose_text(body, "deploy"))
        if found is None:
            raise UnusableError("the deployment it closes does not come before it")
        outcome = text(body, "outcome")
        if outcome not in OUTCOMES:
            raise UnusableError("`outcome` is none of " + ", ".join(OUTCOMES))
        if found.outcome != "open":
            if found.outcome != outcome:
                raise UnusableError(f"the deployment was closed before, as {found.outcome}")
            return
        self._deployments[found.event.id] = Deployment(
            found.event,
            found.version_id,
            found.target,
            found.folder,
            found.sha256,
            outcome,
            loose_text(body, "because"),
        )

    def _retract(self, event: Event) -> None:
        target, reason = loose_text(event.body, "event"), reason_of(event)
        if target in self._versions:
            version = self._versions[target]
            version.retracted = version.retracted or reason
            version.changed()
        elif target in self._moves:
            move = self._moves[target]
            if move.retracted:
                raise UnusableError("the move it retracts was taken back already")
            alias = self._aliases[move.alias]
            stood = alias.standing
            alias.retract(move, event, reason)
            self._moved(alias, stood)
        elif target in self._remarked:
            version = self._remarked.pop(target)
            version.remarks.retract(target)
            version.changed()
        elif target in self._pinned:
            version = self._pinned.pop(target)
            version.baselines.retract(target)
            version.changed()
        elif target in self._weighed:
            version = self._weighed.pop(target)
            del version.importances[target]
            version.changed()
        elif target in self._reviews:
            del self._reviews[target]
        elif self._approvals.pop(target, None) is None:
            if target in self._trainings:
                raise UnusableError("a training can't be retracted; stop it, or train anew")
            if target in self._deployments:
                raise UnusableError("a deployment can't be retracted; deploy again, or roll back")
            raise UnusableError("what it retracts was taken back already, or comes after it")


def _place(made: MoveFold | None) -> str:
    version = made.version.show() if made is not None and made.version is not None else None
    return f"v{version.number}" if version is not None else "nothing"
