"""Where things are kept and what people wish: places, the state folder, project and user settings.

Order of wishes: command line, environment, project file (`mlops-console.toml`), user file. Everything a
person says to the console lives as small files under the state folder, one per item, replaced atomically: the
store can be deleted at any time without losing them.
"""

import contextlib
import json
import os
import re
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, unquote

from mlops_console.errors import SettingsError

VIEWS = ("overview", "runs", "compare", "models", "drift", "audit")
"""What the console can begin with."""
PROJECT_FILE = "mlops-console.toml"
STORE_VARIABLE = "MLOPS_CONSOLE_STORE"

StateKind = Literal[
    "watched",
    "forgotten",
    "archived",
    "unarchived",
    "tags",
    "notes",
    "hashes",
    "layouts",
    "screen",
    "goals",
    "heads",
    "trusted",
    "attention",
]


@dataclass(frozen=True, slots=True)
class Places:
    """The folders and files of ours on this machine."""

    store: Path
    """The DuckDB file."""
    state: Path
    """Folder of the small files that hold what people said."""
    log: Path
    """Folder of log files."""
    cache: Path
    """Folder of what can be worked out again."""
    journals: Path
    """Folder of the journals of projects that this user can't write to: private, kept nowhere else."""


@dataclass(frozen=True, slots=True)
class UserSettings:
    """What the user's own settings file says."""

    theme: str = "dark"
    """dark, light, contrast or ansi."""
    glyphs: str = "auto"
    """auto, unicode or ascii."""
    chart: str = "braille"
    """braille, quadrant or block."""
    view: str = ""
    """What to begin with, one of `VIEWS`; empty: the runs of one folder, the overview over several."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Binding id -> comma-separated keys that replace the default ones."""
    bell: bool = False
    """Whether the terminal's bell rings when something bad newly needs attention."""
    title: bool = False
    """Whether the terminal's title says how much of that there is."""


def places(store: str | None = None) -> Places:
    """The places to use: an explicit store (argument, else the environment) brings its own state folder."""
    named = store or os.environ.get(STORE_VARIABLE)
    if named:
        file = Path(named).expanduser().absolute()
        state = file.with_name(file.name + ".state")
        return Places(file, state, state / "log", state / "cache", state / "journals")
    import platformdirs

    dirs = platformdirs.PlatformDirs("mlops-console", appauthor=False)
    try:
        store_file = dirs.user_data_path / "store.duckdb"
        journals = dirs.user_data_path / "journals"
        return Places(store_file, dirs.user_state_path, dirs.user_log_path, dirs.user_cache_path, journals)
    except RuntimeError as error:  # a container's number without a name
        raise SettingsError(
            "this user has no home folder to keep the store in", "set HOME, or name a store with --store FILE"
        ) from error


def state_file(where: Places, kind: StateKind, name: str) -> Path:
    """Where an item is kept."""
    return where.state / kind / (quote(name, safe="") + ".json")


def write_state(
    where: Places, kind: StateKind, name: str, item: Mapping[str, Any], *, durable: bool = True
) -> None:
    """Keep one item, replacing it atomically; survives a crash at any moment.

    Where it is not `durable` a crash of the machine may bring the one before back, or none.
    """
    folder = where.state / kind
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = state_file(where, kind, name)
    temporary = folder / f"{target.name}.{os.getpid()}-{threading.get_ident():x}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(item, file)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_state(where: Places, kind: StateKind) -> dict[str, dict[str, Any]]:
    """All items of a kind by name; a damaged file counts as absent (it is replaced by the next write)."""
    items: dict[str, dict[str, Any]] = {}
    try:
        files = sorted((where.state / kind).iterdir())
    except OSError:
        return items
    for file in files:
        if file.suffix != ".json":
            continue
        with contextlib.suppress(OSError, ValueError):
            item = json.loads(file.read_text(encoding="utf-8"))
            if isinstance(item, dict):
                items[unquote(file.stem)] = item
    return items


def read_state_item(where: Places, kind: StateKind, name: str) -> dict[str, Any] | None:
    """One item; None where there is none, or a damaged one."""
    with contextlib.suppress(OSError, ValueError):
        item = json.loads(state_file(where, kind, name).read_text(encoding="utf-8"))
        return item if isinstance(item, dict) else None
    return None


def remove_state(where: Places, kind: StateKind, name: str) -> None:
    """Forget one item; absent ones are fine."""
    state_file(where, kind, name).unlink(missing_ok=True)


def user_settings() -> UserSettings:
    """The user's wishes; a file that can't be used is a SettingsError that names it."""
    import platformdirs

    try:
        file = platformdirs.user_config_path("mlops-console", appauthor=False) / "settings.toml"
    except RuntimeError:  # nobody's home, nobody's wishes
        return UserSettings()
    try:
        wishes = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return UserSettings()
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file} can't be used: {error}", "correct it or move it away") from error
    keys = wishes.get("keys", {})
    if not isinstance(keys, dict) or not all(isinstance(value, str) for value in keys.values()):
        raise SettingsError(
            f"{file}: [keys] must map binding names to keys", 'for example: "runs.mark" = "space"'
        )
    return UserSettings(
        theme=_choice(file, wishes, "theme", ("dark", "light", "contrast", "ansi")),
        glyphs=_choice(file, wishes, "glyphs", ("auto", "unicode", "ascii")),
        chart=_choice(file, wishes, "chart", ("braille", "quadrant", "block")),
        view=_choice(file, wishes, "view", ("", *VIEWS)),
        keys=keys,
        **_attention(file, wishes),
    )


def _attention(file: Path, wishes: Mapping[str, Any]) -> dict[str, bool]:
    """`[attention] bell = true`, `title = true`."""
    told = wishes.get("attention", {})
    if not isinstance(told, dict) or not all(isinstance(value, bool) for value in told.values()):
        raise SettingsError(f"{file}: [attention] must say true or false", "for example: bell = true")
    unknown = sorted(set(told) - {"bell", "title"})
    if unknown:
        raise SettingsError(f"{file}: [attention] does not know {unknown[0]!r}", "use one of: bell, title")
    return dict(told)


def _choice(file: Path, wishes: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str:
    value = wishes.get(key, allowed[0])
    if value not in allowed:
        raise SettingsError(f"{file}: {key} is {value!r}", "use one of: " + ", ".join(allowed))
    return str(value)


def seconds(text: object) -> float:
    """A length of time such as `90s`, `10m`, `2h`, `3d`, or a number of seconds."""
    if isinstance(text, (int, float)) and not isinstance(text, bool) and text > 0:
        return float(text)
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|m|h|d|w)\s*", str(text))
    if not match:
        raise SettingsError(f"{text!r} is no length of time", "write 90s, 10m, 2h or 3d")
    return float(match[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}[match[2]]
