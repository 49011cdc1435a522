"""What events say of a version, as a card tells it. Bodies are somebody's JSON: what is odd is left out."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mlops_console.journal.registry import Deployment, Move, Version
from mlops_console.promotion.card.model import (
    BaselineTold,
    ConsentTold,
    Contents,
    DeploymentTold,
    FileTold,
    Lineage,
    MonitorTold,
    MoveTold,
    RemarkTold,
)
from mlops_console.promotion.model import GateResult, Judged, SliceFound, Verdict
from mlops_console.records import Json

if TYPE_CHECKING:
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace


def text(value: Any) -> str:
    """Text; empty for anything else."""
    return value if isinstance(value, str) else ""


def lineage_of(version: Version, *, run_gone: bool) -> Lineage:
    """Where it comes from, as it was recorded when it was registered."""
    body = version.registered.body
    parent = version.parent or {}
    environment = dict(_mapping(body.get("environment")))
    packages = environment.pop("packages", None)
    return Lineage(
        origin=version.origin,
        run=version.run or {},
        run_gone=run_gone,
        status=text(body.get("status")),
        started=text(body.get("started")),
        ended=text(body.get("ended")),
        parent=f"{parent.get('model')}@{parent.get('version')}" if parent else "",
        code=_mapping(body.get("code")),
        datasets=tuple(one for one in _listing(body.get("datasets")) if isinstance(one, dict)),
        environment=environment,
        packages=tuple(_packages(packages)),
        params=_mapping(body.get("params")),
        tags=_mapping(body.get("tags")),
        mlflow=_mapping(body.get("mlflow")),
        evaluation=_mapping(body.get("evaluation")),
        left_out=_mapping(body.get("left_out")),
    )


def baseline_of(version: Version) -> BaselineTold | None:
    """What its data is judged against, if anything was pinned."""
    one = version.baseline
    if one is None:
        return None
    return BaselineTold(
        one.sha256, one.source, one.source_sha256, one.rows, one.columns, one.by, one.at, one.reason
    )


def monitors_of(workspace: "Workspace", resolved: "Resolved") -> tuple[MonitorTold, ...]:
    """What those say that watch it; nothing is loaded where its project has none."""
    from mlops_console.wishes.reading import read_wishes

    if not read_wishes(resolved.project.root).monitors:
        return ()
    from mlops_console.workspace.drifting.states.listing import of_version
    from mlops_console.workspace.drifting.states.shown import WORDS, heard

    version = resolved.version
    return tuple(
        MonitorTold(
            one.watched.name,
            one.health,
            WORDS[one.health],
            one.because,
            one.windows[-1].window if one.windows else "",
            heard(one),
        )
        for one in of_version(workspace, resolved.project.key, version.model, version.number)
    )


def _packages(said: Any) -> Iterator[str]:
    if isinstance(said, Mapping):
        yield from (f"{name} {release}" if release else str(name) for name, release in said.items())
    else:
        yield from (str(one) for one in _listing(said))


def contents_of(version: Version) -> Contents:
    """Its files, as they were hashed when it was registered."""
    body = version.registered.body
    signature = _mapping(body.get("signature"))
    stated = body.get("files_total")
    known = tuple(FileTold(one.path, one.size, one.sha256) for one in version.files)
    total = stated if isinstance(stated, int) and not isinstance(stated, bool) else len(known)
    return Contents(
        sha256=version.sha256,
        size=version.size,
        format=version.format,
        copied=version.copied,
        artifact=version.artifact or "",
        files=known,
        total=max(total, len(known)),
        inputs=_signature(signature.get("inputs")),
        outputs=_signature(signature.get("outputs")),
    )


def _signature(said: Any) -> tuple[str, ...]:
    found = []
    for one in _listing(said) if not isinstance(said, str) else [said]:
        if not isinstance(one, Mapping):
            found.append(str(one))
            continue
        shape = one.get("shape")
        sizes = ["any" if n is None else str(n) for n in shape] if isinstance(shape, list) else []
        sized = f" [{' x '.join(sizes)}]" if sizes else ""
        kind = f" {one['dtype']}" if one.get("dtype") else ""
        found.append(f"{one.get('name') or 'unnamed'}{kind}{sized}")
    return tuple(found)


def moves_of(workspace: "Workspace", resolved: "Resolved") -> tuple[MoveTold, ...]:
    """The moves that came to it or went away from it, the newest first; promotions with what gates saw."""
    own = resolved.version.id
    return tuple(
        _move(workspace, resolved, move)
        for move in resolved.model.moves
        if own in (move.version.id if move.version else "", move.before.id if move.before else "")
    )


def _move(workspace: "Workspace", resolved: "Resolved", move: Move) -> MoveTold:
    body = move.event.body
    gates = tuple(_gates(body.get("gates")))
    here = move.version is not None and move.version.id == resolved.version.id
    saw: Mapping[str, Any] = {}
    if gates and here:
        whole = workspace.decisions.event(resolved.project.key, move.event.id)
        saw = whole.evidence if whole is not None else {}
    return MoveTold(
        id=move.event.id,
        alias=move.alias,
        way=move.way,
        by=move.event.by,
        at=move.event.at,
        proven=move.event.proven,
        reason=text(body.get("reason")),
        version=move.version.number if move.version else None,
        before=move.before.number if move.before else None,
        holds=move.holds,
        contested=move.contested,
        because=move.because,
        gates=gates,
        overridden=tuple(one for one in _listing(body.get("overridden")) if isinstance(one, str)),
        judgements=tuple(_judged(saw.get("judgements"))),
        slices=tuple(_slices(saw.get("slices"))),
        slices_problem=text(saw.get("slices_problem")),
    )


def _gates(said: Any) -> Iterator[GateResult]:
    verdicts: dict[str, Verdict] = {"pass": "pass", "fail": "fail"}
    for one in _listing(said):
        if isinstance(one, Mapping):
            words = (text(one.get(key)) for key in ("measured", "required", "because", "evidence"))
            verdict = verdicts.get(text(one.get("verdict")), "unknown")
            measured, required, because, evidence = words
            yield GateResult(
                text(one.get("gate")), verdict, measured, required, because, evidence, one.get("value")
            )


def _judged(said: Any) -> Iterator[Judged]:
    for one in _listing(said):
        if isinstance(one, Mapping):
            words = {key: text(one.get(key)) for key in ("metric", "verdict", "n", "because", "over")}
            numbers = {key: _number(one.get(key)) for key in ("difference", "p")}
            goal = text(one.get("goal")) or None
            yield Judged(goal=goal, ci=_interval(one.get("ci")), **words, **numbers)  # type: ignore[arg-type]


def _slices(said: Any) -> Iterator[SliceFound]:
    for one in _listing(said):
        if isinstance(one, Mapping):
            many = one.get("n")
            n = many if isinstance(many, int) and not isinstance(many, bool) else 0
            difference, q = _number(one.get("difference")), _number(one.get("q"))
            yield SliceFound(text(one.get("name")), n, difference, _interval(one.get("ci")), q)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _interval(value: Any) -> tuple[float, float] | None:
    ends = [_number(one) for one in _listing(value)]
    return (ends[0], ends[1]) if len(ends) == 2 and ends[0] is not None and ends[1] is not None else None


def consents_of(resolved: "Resolved") -> tuple[ConsentTold, ...]:
    """Approvals and leaves that hold, the newest first."""
    own = [one for one in resolved.model.approvals if one.version_id == resolved.version.id]
    return tuple(
        ConsentTold(one.by, one.at, one.alias, one.reason, one.gates, one.proven)
        for one in sorted(own, key=lambda one: -one.at)
    )


def deployments_of(resolved: "Resolved") -> tuple[DeploymentTold, ...]:
    """Its deployments, the newest first; whether it still is there is what the journal says."""
    newest: dict[tuple[str, str], Deployment] = {}
    for one in resolved.model.deployments:
        if one.outcome == "done":
            newest.setdefault((one.event.host, one.folder), one)
    return tuple(
        DeploymentTold(
            target=one.target,
            folder=one.folder,
            alias=text(one.event.body.get("alias")),
            by=one.event.by,
            at=one.event.at,
            outcome=one.outcome,
            because=one.because,
            current=newest.get((one.event.host, one.folder)) is one,
        )
        for one in resolved.model.deployments
        if one.version_id == resolved.version.id
    )


def notes_of(version: Version) -> tuple[RemarkTold, ...]:
    """What people wrote beside it."""
    return tuple(RemarkTold(one.text, one.by, one.at) for one in version.notes)


def tags_of(version: Version) -> tuple[RemarkTold, ...]:
    """Its tags as they stand."""
    return tuple(
        RemarkTold(f"{one.name} = {one.value}" if one.value else one.name, one.by, one.at)
        for one in version.tags
    )


def _mapping(value: Any) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _listing(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
