"""All that is recorded of a version, over the screen: it stays explainable after its run's folder is gone."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from mlops_console import display
from mlops_console.console.audit.telling import in_full
from mlops_console.console.models.state import Held, metrics_of, run_of
from mlops_console.console.overlays.listing import Draw, Entry, Listing
from mlops_console.console.overlays.note import wrap

if TYPE_CHECKING:
    from mlops_console.console.drawing import Line
    from mlops_console.journal.registry import Version

LABEL: Final = 11
MOST: Final = 60
"""So many of a kind are listed."""


class VersionSheet(Listing):
    """Labelled rows; Enter on the run opens its page."""

    widest = 100
    hint = (("Enter", "opens the run"), ("Esc", "close"))
    nothing = "nothing is recorded"

    def __init__(self, held: Held, version: "Version") -> None:
        super().__init__()
        self.heading = version.label
        self._held, self._version = held, version

    def on_mount(self) -> None:
        """Begin at the run: Enter opens its page."""
        super().on_mount()
        runs = [at for at, one in enumerate(self.listed) if one.value]
        self.at = runs[0] if runs else 0

    def chosen(self, value: str) -> None:
        """Only the run leads anywhere."""
        if value:
            self.dismiss(value)

    def entries(self, search: str) -> list[Entry]:
        """Sections of rows."""
        room = max(24, min(self.widest, self.app.size.width) - LABEL - 9)
        rows: list[Entry] = []
        run = run_of(self._version)[0]
        for title, facts in self._sections():
            listed = [fact for fact in facts if fact[1] not in ("", display.NONE)]
            if not listed:
                continue
            if rows:
                rows.append(Entry(_nothing, ""))
            rows.append(Entry(_head(title), ""))
            for label, text in listed:
                value = run if label == "run" and run is not None else ""
                for at, part in enumerate(wrap(display.safe_text(text, 600), room)):
                    rows.append(Entry(_fact("" if at else label, part), value if not at else ""))
        return rows

    def _sections(self) -> "Iterable[tuple[str, Iterable[tuple[str, str]]]]":
        version, body = self._version, self._version.registered.body
        event = version.registered
        about = [
            ("aliases", ", ".join(version.aliases)),
            ("withdrawn", version.retracted),
            ("registered", f"{in_full(event.at)} by {event.by}"),
            ("reason", _text(body.get("reason"))),
            ("run", run_of(version)[1] if version.run else ""),
            ("origin", version.origin),
            ("fine-tuned", _version(version.parent)),
            (
                "taken as",
                f"v{version.claimed}: another took that number at the same time"
                if version.claimed != version.number
                else "",
            ),
        ]
        files = [
            ("from", version.artifact or ""),
            ("format", version.format),
            ("size", display.size(version.size) if version.size else ""),
            ("sha256", version.sha256),
            ("copy", "kept by the registry" if version.copied else "stays where it was registered from"),
            *(
                (f"file {at}", f"{one.path}  {display.size(one.size)}  {one.sha256}")
                for at, one in enumerate(version.files[:MOST], 1)
                if len(version.files) > 1
            ),
        ]
        return (
            ("Version", about),
            ("Notes and tags", [
                *((one.name, f"{one.value}  ({one.by})".strip()) for one in version.tags[:MOST]),
                *((one.by, f"{one.text}  ({in_full(one.at)})") for one in version.notes[:MOST]),
            ]),
            ("Metrics", _numbers(version)),
            ("Files", files),
            ("Params", _pairs(body.get("params"))),
            ("Data", _listed(body.get("datasets"))),
            ("Code", _pairs(body.get("code"))),
            ("Environment", _pairs(body.get("environment"))),
            ("Signature", _pairs(body.get("signature"))),
        )  # fmt: skip


def origin(version: "Version") -> list[tuple[str, str]]:
    """In a few rows: its run, data, code, and what it was made with."""
    body = version.registered.body
    code, environment = body.get("code"), body.get("environment")
    data = body.get("datasets")
    python = environment.get("python") if isinstance(environment, Mapping) else None
    rows = [
        ("run", run_of(version)[1]),
        ("files", f"{version.format}  {display.size(version.size)}" if version.size else version.origin),
        ("data", "   ".join(_text(one) for one in data[:2]) if isinstance(data, list) else ""),
        ("code", _text(code)),
        ("python", _text(python)),
        ("params", _text(body.get("params"))),
    ]
    return [row for row in rows if row[1]]


def _numbers(version: "Version") -> list[tuple[str, str]]:
    return [(key, display.number(value)) for key, value in sorted(metrics_of(version).items())][:MOST]


def _pairs(value: Any) -> list[tuple[str, str]]:
    if not isinstance(value, Mapping):
        return []
    return [(str(key), _text(inner)) for key, inner in list(value.items())[:MOST]]


def _listed(value: Any) -> list[tuple[str, str]]:
    if not isinstance(value, list):
        return []
    return [(_text(one.get("name")) or f"{at}", _text(one)) for at, one in enumerate(value[:MOST], 1)
            if isinstance(one, Mapping)]  # fmt: skip


def _version(value: Any) -> str:
    return f"{value.get('model')}@{value.get('version')}" if isinstance(value, Mapping) else ""


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return display.number(value)
        case Mapping():
            return "  ".join(
                f"{key} {_text(inner)}" for key, inner in list(value.items())[:20] if inner is not None
            )
        case list():
            return ", ".join(map(_text, value[:40]))
        case _:
            return str(value)[:600]


def _nothing(line: "Line") -> None:
    pass


def _head(title: str) -> Draw:
    def draw(line: "Line") -> None:
        line.put(title, "second", bold=True)

    return draw


def _fact(label: str, part: str) -> Draw:
    from mlops_console.console.drawing import fit, width_of

    def draw(line: "Line") -> None:
        start = line.at
        shown = display.safe_text(label)
        line.put(fit(shown, max(LABEL, min(width_of(shown), 28))), "muted").to(start + LABEL).put("  ").put(
            part, "second"
        )

    return draw
