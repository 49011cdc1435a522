"""Events as several people write them, each knowing what they have seen so far."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from mlops_console.journal.event import Event
from mlops_console.journal.fold import Folding
from mlops_console.journal.registry import Registry


class Person:
    """Somebody with a copy of the journal: knows what they wrote and what they fetched."""

    def __init__(self, name: str, uid: int = 1000) -> None:
        self.name = name
        self.uid = uid
        self.seen: dict[str, Event] = {}
        self._written = 0

    def fetch(self, *others: "Person") -> None:
        for other in others:
            self.seen.update(other.seen)

    @property
    def heads(self) -> tuple[str, ...]:
        named = {parent for event in self.seen.values() for parent in event.parents}
        return tuple(sorted(event.sha256 for event in self.seen.values() if event.sha256 not in named))

    def write(self, kind: str, body: Mapping[str, Any], evidence: Mapping[str, Any] | None = None) -> Event:
        clock = 1 + max((event.clock for event in self.seen.values()), default=0)
        self._written += 1
        name = f"{clock:08d}{self.name.upper():_<10}{self._written:08d}"
        digest = sha256(name.encode()).hexdigest()
        event = Event(
            1, name, clock, self.heads, clock * 1_000_000, self.name, self.uid, "box", kind, body,
            evidence or {}, digest,
        )  # fmt: skip
        self.seen[name] = event
        return event

    @property
    def registry(self) -> Registry:
        return folded(self.seen.values())

    def register(self, model: str = "churn", number: int | None = None, **more: Any) -> Event:
        known = self.registry.models.get(model)
        if number is None:
            number = 1 + max((one.number for one in known.versions), default=0) if known else 1
        body = {
            "model": model, "version": number, "origin": "run", "sha256": "ab" * 32, "size": 5,
            "format": "onnx", "files": [{"path": "m.onnx", "size": 5, "sha256": "ab" * 32}], "copied": True,
            "artifact": "out/m.onnx", "run": {"path": "runs/a", "native": "", "name": "a"}, "from": None,
        }  # fmt: skip
        return self.write("register", {**body, **more})

    def move(
        self, version: Event | None, alias: str = "champion", way: str = "promote", **more: Any
    ) -> Event:
        """From where this person sees it stand."""
        model = str(version.body["model"]) if version is not None else str(more.get("model", "churn"))
        known = self.registry.models[model]
        state = known.aliases.get(alias)
        here = state.version if state is not None else None
        body = {
            "model": model, "alias": alias, "way": way, "reason": "because",
            "version_id": version.id if version else None, "version": None,
            "from_version_id": here.id if here else None, "from_version": here.number if here else None,
        }  # fmt: skip
        return self.write("alias", {**body, **more})

    def about(self, kind: str, version: Event, **more: Any) -> Event:
        body = {"model": version.body["model"], "version_id": version.id, "version": 1, "alias": "champion"}
        if kind in ("note", "tag"):
            body = {"subject": {"model": version.body["model"], "version_id": version.id, "version": 1}}
        return self.write(kind, {**body, **more})

    def retract(self, event: Event, reason: str = "a mistake") -> Event:
        return self.write("retract", {"event": event.id, "reason": reason})


def folded(events: Any) -> Registry:
    """What events come to, all added at once in their order."""
    folding = Folding()
    folding.add(sorted(events, key=lambda event: event.order))
    return folding.registry()
