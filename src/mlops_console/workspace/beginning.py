"""Beginning a project: what is seen in it, and our folder with a word about what lies there."""

import errno
import grp
import os
import stat
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console import beneath
from mlops_console.errors import JournalError, UsageError
from mlops_console.journal import folders
from mlops_console.journal.authors import user_name
from mlops_console.ours import JOURNAL, MODELS, OURS
from mlops_console.settings import PROJECT_FILE
from mlops_console.wishes.starting import Seen, SeenGate, SeenModel, name_for, starting_text
from mlops_console.workspace.details import RunDetail, details
from mlops_console.workspace.goals import goal_of, interest
from mlops_console.workspace.runs import RunQuery, load

if TYPE_CHECKING:
    from mlops_console.records import Project
    from mlops_console.workspace.opening import Workspace

_RUNS: Final = 200
"""So many of the newest runs are looked at."""
_MODELS: Final = 8
_SLICES: Final = 6
_LONGEST: Final = 100
README: Final = """\
# What mlops-console keeps in this project

- `journal/`: what people decided (registered, approved, promoted, rolled back, noted), a file for each
  decision. Nothing in it is ever rewritten. **Commit it**: branches merge by themselves, and a clone can be
  verified with `mlops-console audit verify`.
- `models/`: copies of registered models, and where each alias stands. **Don't commit it**: it is large, and
  `models/.gitignore` keeps it out.

What the project wishes of its models is in `mlops-console.toml`, one folder up.
"""


def seen(workspace: "Workspace", project: "Project") -> Seen:
    """What the project seems to make, from its newest runs. It must have been read before."""
    frame = load(workspace, RunQuery(projects=(project.key,), limit=_RUNS), [])
    runs = list(details(workspace, [str(run) for run in frame.ids.tolist()]))
    by_model = _by_model(workspace, project, runs)
    models = [_model(project, name, some) for name, some in by_model.items()]
    return Seen(project.name, user_name(os.getuid()), frame.total, tuple(models), _gates())


def text_for(workspace: "Workspace", project: "Project") -> str:
    """A first `mlops-console.toml` for this project."""
    return starting_text(seen(workspace, project))


def write_wishes(root: str, text: str) -> None:
    """Write the project's file. FileExistsError where there is one, UsageError where it can't be written."""
    _write_new(root, PROJECT_FILE, text)


def let_read(root: str, below: str, group: str) -> None:
    """Let a group read a file of this user, whatever the umask was."""
    gid = int(group) if group.isdigit() else grp.getgrnam(group).gr_gid
    with beneath.reading(root, below) as fd:
        mode = stat.S_IMODE(os.fstat(fd).st_mode)
        if not mode & stat.S_IROTH:
            os.fchown(fd, -1, gid)
            os.fchmod(fd, mode | stat.S_IRGRP)


def make_folder(root: str) -> list[str]:
    """Make our folder in the project, where something is missing in it; what was made.

    Raises:
        JournalError: The project can't be written.
    """
    made = []
    for below in (OURS, JOURNAL, MODELS):
        try:
            with _parent(root, below) as parent:
                if folders.make_folder(parent.fd, below.rpartition("/")[2]):
                    made.append(below + "/")
        except OSError as error:
            raise JournalError(f"{root}/{below} can't be made: {_why(error)}") from error
    for below, text in ((f"{OURS}/README.md", README), (f"{MODELS}/.gitignore", "*\n")):
        try:
            _write_new(root, below, text)
            made.append(below)
        except FileExistsError:
            continue
    return made


def _parent(root: str, below: str) -> beneath.OpenFolder:
    return beneath.OpenFolder.at(root, below.rpartition("/")[0])


def _write_new(root: str, below: str, text: str) -> None:
    """A new file, whole or not at all; FileExistsError where there is one."""
    name = below.rpartition("/")[2]
    temporary = f".{name}.{os.getpid()}.tmp"
    try:
        with _parent(root, below) as parent:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            fd = os.open(temporary, flags, 0o666, dir_fd=parent.fd)
            try:
                with os.fdopen(fd, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                # Unlike a rename, a link never takes the place of what somebody wrote meanwhile.
                os.link(temporary, name, src_dir_fd=parent.fd, dst_dir_fd=parent.fd)
            finally:
                os.unlink(temporary, dir_fd=parent.fd)
    except FileExistsError:
        raise
    except OSError as error:
        raise UsageError(
            f"{root}/{below} can't be written: {_why(error)}", "--print shows what would be in it"
        ) from error


def _why(error: OSError) -> str:
    if isinstance(error, beneath.NotReadable) or error.errno in (errno.ELOOP, errno.ENOTDIR):
        return f"its folder {beneath.why_not(error)}"
    return (error.strerror or "unknown error").lower()


def _by_model(
    workspace: "Workspace", project: "Project", runs: Sequence[RunDetail]
) -> Mapping[str, list[RunDetail]]:
    """The models that the project makes, by name, each with its runs: registered ones, else one."""
    from mlops_console.workspace.registering.adopting import found

    by_id = {run.id: run for run in runs}
    registered: dict[str, list[RunDetail]] = {}
    for version in found(workspace, project):
        some = registered.setdefault(name_for(version.model), [])
        if version.run in by_id:
            some.append(by_id[version.run])
    if registered:
        return {name: some or list(runs) for name, some in list(registered.items())[:_MODELS]}
    return {name_for(project.name): list(runs)}


def _model(project: "Project", name: str, runs: Sequence[RunDetail]) -> SeenModel:
    values: dict[str, list[float]] = {}
    for run in runs:
        for key, value in _figures(run):
            values.setdefault(key, []).append(value)
    counts = Counter({key: len(some) for key, some in values.items()})
    goals = {key: goal_of(key) for key in values}
    usable = [key for key in values if goals[key] and key.isprintable() and len(key) <= _LONGEST]
    slices, table = _slices(project.root, runs)
    if not usable:
        return SeenModel(name, slices=slices, table=table)
    # A metric that few runs have is not what they are judged by.
    metric = max(usable, key=lambda key: (interest(key) * (0.2 + counts[key] / len(runs)), key))
    goal = goals[metric]
    reached = (min if goal == "min" else max)(values[metric])
    return SeenModel(name, metric, goal, reached, counts[metric], slices, table)


def _figures(run: RunDetail) -> Iterable[tuple[str, float]]:
    """A run's final values: of its metrics, and of its summary."""
    found = {
        key: float(value)
        for key, value in run.summary.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }
    found.update({metric.key: metric.last_value for metric in run.metrics})
    return [(key, value) for key, value in found.items() if value == value]


def _slices(root: str, runs: Sequence[RunDetail]) -> tuple[tuple[str, ...], str]:
    """The columns of the newest predictions that are neither key, label nor score; and their file."""
    from mlops_console.readers.predictions.finding import find
    from mlops_console.readers.predictions.reading import look
    from mlops_console.readers.predictions.roles import Roles
    from mlops_console.workspace.comparing.predicted_files import tables_of

    for run in runs[:5]:
        for candidate in find(tables_of(run), root)[:1]:
            told = look(root, candidate.path)
            if isinstance(told, Roles):
                columns = [name for name in told.others if name.isprintable() and 0 < len(name) <= _LONGEST]
                return tuple(columns[:_SLICES]), candidate.path
    return (), ""


def _gates() -> tuple[SeenGate, ...]:
    from mlops_console.promotion.gates import gates

    return tuple(SeenGate(name, gate.example, gate.about) for name, gate in gates().items())
