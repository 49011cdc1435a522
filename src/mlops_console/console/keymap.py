"""The keymap: which key does what, in one place; bindings, help, footer and docs are made from it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from textual.binding import Binding

EVERYWHERE: Final = "everywhere"
_NAMES: Final = {
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "backspace": "Backspace",
    "tab": "Tab",
    "shift+tab": "S-Tab",
    "comma": ",",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
}


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of the keymap."""

    id: str
    on: tuple[str, ...]
    """Keys as the file writes them: a character, or a Textual key name."""
    run: str
    """The action, with its arguments."""
    desc: str
    group: str
    """The heading in the help it stands under."""
    short: str = ""
    """The word in the footer; empty: never there."""
    footer: int = 1000
    hidden: bool = False
    first: bool = False
    """Handled before the keys typed behind it go anywhere: it opens something to type in."""
    pair: str = ""
    """What the help says of this key and its neighbour together."""

    @property
    def shown(self) -> str:
        """The first key as people write it: `^d`, `Space`, `/`."""
        return spell(self.on[0])

    @property
    def action(self) -> str:
        """The action's name without arguments."""
        return self.run.partition("(")[0]


@dataclass(frozen=True, slots=True)
class View:
    """The keys of one view."""

    name: str
    title: str
    keys: tuple[Key, ...]


def spell(key: str) -> str:
    """A key as people write it."""
    if key.startswith("ctrl+"):
        return "^" + key[5:]
    return _NAMES.get(key, key)


def _read(text: str) -> dict[str, View]:
    views = {}
    for name, section in tomllib.loads(text).items():
        keys = tuple(Key(**{**entry, "on": tuple(entry["on"])}) for entry in section["keys"])
        views[name] = View(name, section["title"], keys)
    return views


@lru_cache(1)
def views() -> Mapping[str, View]:
    """All views by name: the console's own file, and `keymap.toml` of the areas that bring one."""
    found: dict[str, View] = {}
    package = resources.files("mlops_console.console")
    found.update(_read(package.joinpath("keymap.toml").read_text(encoding="utf-8")))
    for area in ("overview", "run", "compare", "models", "drift", "audit"):
        file = package.joinpath(area, "keymap.toml")
        if file.is_file():
            found.update(_read(file.read_text(encoding="utf-8")))
    return found


def bindings(view: str) -> list[Any]:
    """Textual bindings of a view, rebindable by id."""
    return [
        Binding(",".join(key.on), key.run, key.desc, show=False, id=key.id, priority=key.first)
        for key in (views()[view].keys if view in views() else ())
    ]


def keys_of(view: str) -> tuple[Key, ...]:
    """The keys of a view, then those that hold everywhere."""
    own = views()[view].keys if view in views() else ()
    return own if view == EVERYWHERE else own + views()[EVERYWHERE].keys


def bound(name: str, rebound: Mapping[str, str]) -> str:
    """The first key that does what has this id, as it is bound now; empty: nothing has it.

    Args:
        name: `models.rollback`.
        rebound: What the user's settings bind anew.
    """
    first = rebound.get(name, "").partition(",")[0].strip()
    return first or next((key.on[0] for view in views().values() for key in view.keys if key.id == name), "")


def document() -> str:
    """The keys as a page of the documentation."""
    lines = [
        "# Keys",
        "",
        "Made from the keymap (`python -m mlops_console.console.keymap > docs/keys.md`). `?` shows them in",
        "the console, with what each would do now. Any can be bound anew by its id in `settings.toml`:",
        "",
        "    [keys]",
        '    "runs.mark" = "m,space"',
        "",
    ]
    for view in sorted(views().values(), key=lambda view: view.name != EVERYWHERE):
        lines += [f"## {view.title}", "", "| key | does | id |", "|---|---|---|"]
        for key in view.keys:
            if not key.hidden:
                shown = " ".join(f"`{spell(on)}`" for on in key.on)
                lines.append(f"| {shown} | {key.desc} | {key.id} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    import sys

    sys.stdout.write(document())
