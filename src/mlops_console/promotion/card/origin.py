"""Where a version comes from: data, run, code, environment, params; and what its files are."""

from collections.abc import Iterator, Mapping, Sequence

from mlops_console import display
from mlops_console.documents.blocks import Block, Code, Entry, Facts, Grid, Heading, Row, Words
from mlops_console.promotion.card.model import BaselineTold, Card, Lineage, MonitorTold
from mlops_console.promotion.card.words import cut, day, exact, shown, when
from mlops_console.records import Json

Known = tuple[str, str | Entry]
_FILES = 200
_PARAMS = 100
_DATASETS = 60
_ORIGINS = {
    "run": "a run", "path": "a path in the project, without a run", "mlflow": "MLflow's registry",
    "checkpoint": "a checkpoint of a run", "external": "somewhere else: only its evaluation is here",
}  # fmt: skip
_ASIDE = ("name", "path", "source", "uri", "url", "sha256", "hash", "digest", "size", "rows")
_ENVIRONMENT = {
    "python": "Python", "platform": "Platform", "host": "Host", "user": "User", "cpus": "CPUs",
    "gpus": "GPUs", "executable": "Executable", "cwd": "Folder",
}  # fmt: skip


def data(card: Card) -> Iterator[Block]:
    """What it was trained and measured on."""
    yield Heading("Data")
    yield from _datasets(card)
    if card.baseline is not None:
        yield Words(_pinned(card.baseline))
    for one in card.monitors:
        yield Words(_watched(one))


def _pinned(baseline: BaselineTold) -> str:
    source = f" of {cut(shown(baseline.source))}" if baseline.source else ""
    return (
        f"New data is judged against a baseline{source}: {display.count(baseline.rows)} rows,"
        f" {display.count(baseline.columns)} columns, SHA-256 {shown(baseline.sha256)}, pinned by"
        f" {shown(baseline.by)} on {when(baseline.at)}."
    )


def _watched(one: MonitorTold) -> str:
    because = cut(one.because, 400).rstrip(".")
    heard = f" It is {shown(one.heard)}." if one.heard else ""
    return f"The monitor {shown(one.monitor)} says {one.words}: {because}.{heard}"


def _datasets(card: Card) -> Iterator[Block]:
    known = card.lineage.datasets
    if not known:
        yield Words(_how(card, "data"), "muted")
        return
    yield Grid(("data", "origin", "SHA-256", "size"), tuple(map(_dataset, known[:_DATASETS])), left=3)
    more = len(known) - _DATASETS + _lost(card.lineage, "datasets")
    if more > 0:
        yield Words(f"{display.count(more)} more are not shown.", "muted")
    unhashed = [shown(one.get("name") or one.get("path")) for one in known if not _digest(one)]
    if unhashed:
        verb = "has" if len(unhashed) == 1 else "have"
        yield Words(
            f"{', '.join(unhashed[:8])}{' …' if len(unhashed) > 8 else ''} {verb} no hash: whether it is"
            " still the same data can't be told.",
            "muted",
        )


def _dataset(one: Mapping[str, Json]) -> Row:
    origin = next((one[key] for key in ("path", "source", "uri", "url") if one.get(key)), None)
    rest = {key: value for key, value in one.items() if key not in _ASIDE and value not in (None, "", {}, [])}
    name = shown(one.get("name") or origin)
    said = (
        f"{name} ({cut(', '.join(f'{key} {shown(value)}' for key, value in rest.items()))})" if rest else name
    )
    size = one.get("size")
    rows = one.get("rows")
    much = display.size(size) if isinstance(size, int) and not isinstance(size, bool) else ""
    if isinstance(rows, int) and not isinstance(rows, bool):
        much = f"{display.count(rows)} rows" + (f", {much}" if much else "")
    digest = _digest(one)
    return [said, exact(origin), exact(digest) if digest else Entry("not recorded", "worse"), much]


def _digest(one: Mapping[str, Json]) -> Json:
    return next((one[key] for key in ("sha256", "digest", "hash") if one.get(key)), None)


def lineage(card: Card) -> Iterator[Block]:
    """Run, code and environment."""
    from_ = card.lineage
    yield Heading("Lineage")
    yield Facts(tuple(_origin(card)))
    yield Heading("Code", 3)
    if from_.code.get("commit") or from_.code.get("diff_sha256"):
        yield Facts(tuple(_code(from_)))
    elif card.external:
        yield Words("It is somewhere else: its code is not known.", "muted")
    else:
        yield Words(_how(card, "code"), "muted")
    yield Heading("Environment", 3)
    known = from_.environment
    told = tuple((name, shown(known[key])) for key, name in _ENVIRONMENT.items() if key in known)
    if told:
        yield Facts(told)
    if from_.environment.get("command"):
        yield Code(shown(from_.environment["command"]))
    if from_.packages:
        yield Words(f"{display.count(len(from_.packages))} packages: {', '.join(from_.packages)}", "muted")
    elif not card.external:
        yield Words(_how(card, "environment"), "muted")
    lost = _lost(from_, "environment")
    if lost:
        yield Words(f"{display.count(lost)} more had no room in the event.", "muted")


def _origin(card: Card) -> Iterator[Known]:
    from_, run = card.lineage, card.lineage.run
    yield "Comes from", _ORIGINS.get(from_.origin, cut(from_.origin, 60))
    if run:
        named = shown(run.get("name") or run.get("native_id") or run.get("path"))
        gone = " (the run is gone; what was recorded is what is here)" if from_.run_gone else ""
        yield "Run", f"{named}{gone}"
        yield "Run's folder", exact(run.get("path"))
        if run.get("native_id"):
            yield "Run's id", exact(run.get("native_id"))
        times = [day(time) for time in (from_.started, from_.ended) if time]
        yield "Run's status", f"{from_.status or 'not known'}{', ' if times else ''}{' to '.join(times)}"
    yield "Fine-tuned from", from_.parent or "nothing that is registered"
    if from_.mlflow:
        yield "In MLflow", ", ".join(f"{key} {shown(value)}" for key, value in from_.mlflow.items())
    for key, value in from_.evaluation.items():
        if key not in ("metrics", "datasets", "dataset", "params", "tags"):
            yield f"Evaluation: {key}", shown(value)
    yield "Registered because", card.reason or "no reason was given"


def _code(from_: Lineage) -> Iterator[Known]:
    code = from_.code
    if code.get("commit"):
        yield "Commit", exact(code["commit"])
    for key, name in (
        ("branch", "Branch"),
        ("remote", "Remote"),
        ("script", "Script"),
        ("entry_point", "Entry"),
    ):
        if code.get(key):
            yield name, exact(code[key])
    dirty, untracked = code.get("dirty"), code.get("untracked")
    if dirty is True:
        yield "Working tree", Entry("had changes that were not committed", "worse")
    elif dirty is False:
        yield "Working tree", "clean"
    if isinstance(untracked, list) and untracked:
        yield "Untracked", f"{display.count(len(untracked))}: {cut(', '.join(map(shown, untracked)))}"
    if code.get("diff_sha256"):
        yield "Changes' SHA-256", exact(code["diff_sha256"])


def training(card: Card) -> Iterator[Block]:
    """Params, and what the run was tagged with."""
    from_ = card.lineage
    for title, values, part in (("Params", from_.params, "params"), ("Tags of the run", from_.tags, "tags")):
        if not values:
            continue
        yield Heading(title)
        yield Facts(tuple((key, shown(value)) for key, value in list(values.items())[:_PARAMS]))
        more = max(0, len(values) - _PARAMS) + _lost(from_, part)
        if more:
            yield Words(f"{display.count(more)} more are not shown.", "muted")


def files(card: Card) -> Iterator[Block]:
    """Names, sizes, hashes."""
    yield Heading("Files")
    held = card.contents
    if card.external:
        yield Words("It is somewhere else: there are no files to hash.", "muted")
        return
    kept = "in the project's registry" if held.copied else "not copied: where it was, which others may change"
    said: list[Known] = [
        ("SHA-256", exact(held.sha256)),
        ("Format", held.format or "not recognised"),
        ("Size", f"{display.size(held.size)} in {display.counted(held.total, 'file')}"),
        ("Registered from", exact(held.artifact)),
        ("Kept", kept),
    ]
    said += [("Takes", _signature(held.inputs))] if held.inputs else []
    said += [("Gives", _signature(held.outputs))] if held.outputs else []
    yield Facts(tuple(said))
    if card.checked:
        yield Words(card.checked)
    if held.total > 1 or (held.files and held.files[0].sha256 != held.sha256):
        rows: list[Row] = [
            [exact(one.path), exact(one.sha256), display.size(one.size)] for one in held.files[:_FILES]
        ]
        if rows:
            yield Grid(("file", "SHA-256", "size"), rows, left=2)
        left = held.total - len(rows)
        if left:
            what = f"{display.counted(left, 'file')} {'are' if left > 1 else 'is'} not listed here"
            yield Words(f"{what}: an export of the version lists all of them, with their hashes.", "muted")


def _signature(parts: Sequence[str]) -> str:
    return cut("; ".join(parts))


def _lost(from_: Lineage, part: str) -> int:
    lost = from_.left_out.get(part)
    return lost if isinstance(lost, int) and not isinstance(lost, bool) else 0


def _how(card: Card, part: str) -> str:
    return next((one.how for one in card.missing if one.part == part), "Nothing was recorded.")
