"""Which runs a folder holds: the folder itself, each of its files, or none.

A folder is a run when it holds a history of metrics, or params and final values. Where a folder holds several
histories, their names tell: `metrics.csv` and `eval.csv`, or `loss.csv` and `accuracy.csv`, are one run;
`adam.csv` and `sgd.csv`, or `run_000000.jsonl` and its thousand siblings, are a run each. Names are taken
apart into words; the words that say what a file is for (metrics, log, train, val, config, ...) are set aside,
and what is left names the run.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from mlops_console.readers.contract import Folder
from mlops_console.readers.lightning.mark import is_lightning
from mlops_console.readers.plain.finals import finals_in, is_document_history
from mlops_console.readers.plain.judging import judge
from mlops_console.readers.plain.names import Named, named, shape
from mlops_console.readers.plain.sketch import Sketch, sketch
from mlops_console.readers.plain.words import COLLECTIONS, OTHERS
from mlops_console.readers.recorded.mark import is_recorded
from mlops_console.records import Source

NAME = "plain"
MOST_FILES = 32
_MOST_LOOKS = 24
_EXAMPLES = 3
_OTHER_FILES = (
    {"run.json", "cout.txt"},
    {"params.pkl", "result.json"},
    {"trainer_state.json"},
    {"task.json", "metrics.jsonl", "log.jsonl"},
    {"meta.yaml", "artifacts"},
    {"MLmodel"},
)
"""Names that together are another tracker's run folder or model."""


def claims(folder: Folder) -> list[Source]:
    """The plain runs in one folder."""
    parts = folder.path.split("/")
    if any(part in OTHERS or (part.startswith(".") and part != ".") for part in parts) or _dvclive(parts):
        return []
    names = {*folder.files, *folder.folders}
    if any(other <= names for other in _OTHER_FILES) or is_recorded(folder) or is_lightning(folder):
        return []
    files = [named(name) for name in sorted(folder.files) if not name.startswith(".")]
    files = [file for file in files if file.form]
    params = [file for file in files if _is_params(file, files)]
    shared = [file for file in params if not file.rest]
    histories, columns = _histories(folder, files, bool(params))
    if not histories:
        return _without_history(folder, files, params)
    groups: dict[tuple[str, ...], list[Named]] = defaultdict(list)
    for file in histories:
        groups[file.rest].append(file)
    if _one_run(folder, groups, columns, shared):
        return [_folder_run(folder, files, histories, params)]
    main = groups.pop((), [])
    found = [_folder_run(folder, files, main, params)] if main and _telling(main, params) else []
    beside = _by_rest(files)
    return found + [_file_run(folder, group, beside, shared) for _, group in sorted(groups.items())]


def _histories(
    folder: Folder, files: list[Named], params_beside: bool
) -> tuple[list[Named], dict[tuple[str, ...], frozenset[str]]]:
    """The files that hold histories, and the columns that each name's remainder goes with."""
    shapes: dict[str, list[Named]] = defaultdict(list)
    for file in files:
        if _may_be_history(file):
            shapes[shape(file.name)].append(file)
    alike = sorted(shapes.values(), key=lambda group: (group[0].against, not group[0].strong, group[0].name))
    found: list[Named] = []
    columns: dict[tuple[str, ...], frozenset[str]] = {}
    for group in alike[:_MOST_LOOKS]:
        examples = {group[0].name: group[0], group[len(group) // 2].name: group[len(group) // 2]}
        examples[group[-1].name] = group[-1]
        seen = [_history_columns(folder, file, params_beside) for file in list(examples.values())[:_EXAMPLES]]
        kept = [each for each in seen if each is not None]
        if kept and all(
            each is not None or not folder.head(name) for each, name in zip(seen, examples, strict=True)
        ):
            found.extend(group)
            for file in group:
                columns[file.rest] = columns.get(file.rest, frozenset()) | max(kept, key=len)
    return found, columns


def _may_be_history(file: Named) -> bool:
    if file.params or file.form in ("yaml", "toml", ""):
        return False
    if file.form == "text":
        return file.strong and not file.against
    if file.form == "json":
        return (file.strong or file.weak or len(file.rest) <= 4) and not file.against
    return True


def _history_columns(folder: Folder, file: Named, params_beside: bool) -> frozenset[str] | None:
    """The columns of a history; None for a file that is none."""
    head = folder.head(file.name)
    if not head:
        return frozenset() if file.strong and params_beside and file.form in ("table", "lines") else None
    seen = sketch(file, head)
    if seen is not None:
        return _columns(seen) if judge(file, seen, folder.path, params_beside).history else None
    return is_document_history(file, head, params_beside) if file.form == "json" else None


def _columns(found: Sketch) -> frozenset[str]:
    return frozenset(found.columns) - {""}


def _one_run(
    folder: Folder,
    groups: dict[tuple[str, ...], list[Named]],
    columns: dict[tuple[str, ...], frozenset[str]],
    shared: list[Named],
) -> bool:
    """Whether all histories in a folder are about one run."""
    if len(groups) == 1:
        rest, files = next(iter(groups.items()))
        if not rest or shared:
            return True
        own_name = folder.path.rpartition("/")[2].lower()
        collection = own_name in COLLECTIONS or folder.path == "."
        # A lone file that is named like a run, in a folder that is named like a place for many.
        return not (collection or (any(map(str.isdigit, "".join(rest))) and not any(f.strong for f in files)))
    if () in groups:
        main = columns.get((), frozenset())
        named_runs = [columns.get(rest, frozenset()) for rest in groups if rest]
        if shared or not any(_alike(main, each) for each in named_runs):
            return True
    several = [columns.get(rest, frozenset()) for rest in groups if rest]
    return not any(_alike(first, other) for first, other in pairwise(several))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    together = one | other
    return not together or len(one & other) * 2 >= len(together)


def _telling(main: list[Named], params: list[Named]) -> bool:
    return bool(params) or any(file.strong for file in main)


def _folder_run(folder: Folder, files: list[Named], histories: list[Named], params: list[Named]) -> Source:
    chosen = _without_twins(histories)
    others = [
        file
        for file in files
        if file.final or (file.form == "text" and file.name.lower().endswith((".log", ".out")))
    ]
    logs = [file for file in files if file.name.lower() in ("log.txt", "output.txt", "stdout.txt")]
    return Source(NAME, folder.path, _paths(folder, [*chosen, *params, *others, *logs]))


def _without_history(folder: Folder, files: list[Named], params: list[Named]) -> list[Source]:
    """A folder with params and final values is a run, too."""
    if not params or {"dvc.yaml", "dvc.lock", "setup.py", "pyproject.toml"} & set(folder.files):
        return []
    finals = [file for file in files if file.final and finals_in(file, folder.head(file.name))]
    return [_folder_run(folder, files, [], params)] if finals else []


def _file_run(
    folder: Folder, group: list[Named], beside: dict[tuple[str, ...], list[Named]], shared: list[Named]
) -> Source:
    """A run whose histories are files among other runs' files; the first one's path is the run's."""
    chosen = sorted(_without_twins(group), key=lambda file: file.order)
    companions = [file for file in beside.get(chosen[0].rest, ()) if file.form in ("yaml", "json", "toml")]
    paths = _paths(folder, [*chosen, *companions, *shared])
    return Source(NAME, paths[0], paths)


def _by_rest(files: Iterable[Named]) -> dict[tuple[str, ...], list[Named]]:
    found: dict[tuple[str, ...], list[Named]] = defaultdict(list)
    for file in files:
        if file.rest:
            found[file.rest].append(file)
    return found


def _is_params(file: Named, files: Sequence[Named]) -> bool:
    """Named like params, or the only YAML or TOML file, named like nothing else."""
    if file.params:
        return True
    if file.form not in ("yaml", "toml") or file.final or file.against:
        return False
    alike = [other for other in files if other.form in ("yaml", "toml")]
    return len(alike) == 1 and not file.stem.startswith(("dvc", "conda", "docker", "mkdocs", "meta"))


def _without_twins(histories: Sequence[Named]) -> list[Named]:
    """Of `progress.csv` and `progress.json` only the first: the same rows in two formats."""
    stems: dict[str, Named] = {}
    for file in sorted(histories, key=lambda file: file.order):
        stems.setdefault(file.stem, file)
    return list(stems.values())


def _paths(folder: Folder, files: Iterable[Named]) -> tuple[str, ...]:
    names = list(dict.fromkeys(file.name for file in files))[:MOST_FILES]
    return tuple(names if folder.path == "." else [f"{folder.path}/{name}" for name in names])


def _dvclive(parts: list[str]) -> bool:
    """A folder of DVCLive's histories: plots/metrics/train/acc.tsv."""
    return any(pair == ("plots", "metrics") for pair in pairwise(parts))
