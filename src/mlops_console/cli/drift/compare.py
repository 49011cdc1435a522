"""`mlops-console drift compare REF CUR`: what moved between two sets of data."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING, Final

from mlops_console.cli.printing import Progress, out, out_json, say
from mlops_console.display import safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlops_console.drift.model import Report, Rules
    from mlops_console.drift.options import Options
    from mlops_console.drift.tables.model import Kinds, Reference, Table

EPILOG = """\
REF and CUR are files of Parquet, CSV, TSV, JSON Lines or Arrow, folders of them, or quoted globs. REF may be
a baseline instead: churn@3, churn@champion, or a .baseline file.

  drift compare ref.parquet cur.parquet
  drift compare churn@champion "logs/2026-11-*.parquet" --labels labels.csv
  drift compare ref.csv cur.csv --label late --score p --html drift.html
  drift compare ref.csv cur.csv --check --no-classifier      in a pipeline

A feature is DRIFT where surely at least 10% of its rows moved, WATCH from 5%, NEGLIGIBLE where the move is
sure but smaller, STABLE where a move of 10% would have been seen, else TOO FEW ROWS. Missing values, new and
gone levels, types, extremes are tests of their own. A feature's kind follows its column's type. Single
features are told first; then a classifier says whether all together tell the rows apart, what that does to
the model where its columns are named, and which part of the rows moved.
--json prints one object, the same to the byte for the same data: {"verdict", "because", "reference",
"current", "dataset", "features": {NAME: {"kind", "verdict", "effect", "q", "because", "n_ref", "n_cur",
"missing_ref", "missing_cur", "checks", ...}}, "model", "segments", "rules", "to_do", "problems"}; its schema
is in docs/drift-json.md.
--check exits 0 if nothing says DRIFT, 1 if something does or the model is HARMFUL, 2 if it could not be
judged (TOO FEW ROWS included)."""
NOTHING, DRIFT, NOT_JUDGED = 0, 1, 2
_COLUMNS: Final = (
    ("categorical", "take these columns for levels"),
    ("numeric", "take these for numbers"),
    ("ignore", "leave these out"),
    ("only", "look at these only"),
)
_OUTCOMES: Final = (
    ("label", "what came true: then the model is judged"),
    ("score", "the score or probability that the model gave"),
    ("prediction", "what the model answered"),
    ("key", "what joins --labels to the rows"),
)


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("reference", metavar="REF", help="what the model knows: data, or a baseline")
    parser.add_argument("current", metavar="CUR", help="the window to judge: a file, folder or glob")
    for name, about in _COLUMNS:
        words = f"{about}; may be said again"
        parser.add_argument(f"--{name}", metavar="A,B", action="append", default=[], help=words)
    parser.add_argument("--time", metavar="COLUMN", default="", help="what orders the rows: not judged")
    for name, about in _OUTCOMES:
        parser.add_argument(f"--{name}", metavar="COLUMN", default="", help=about)
    parser.add_argument("--labels", metavar="FILE", help="labels that came later, joined by --key")
    parser.add_argument("--metric", metavar="M", default="", help="judge the model by it: auc, mae ...")
    parser.add_argument("--by", metavar="A,B", action="append", default=[],
                        help="look among these columns for who moved (default: all)")  # fmt: skip
    for name, about in (
        ("drift", "effect from which on it is DRIFT (default .10)"),
        ("watch", "effect from which on it is WATCH (default .05)"),
        ("q", "false-discovery rate (default .05)"),
    ):
        parser.add_argument(f"--{name}", metavar="X", type=_share, help=about)
    parser.add_argument("--no-classifier", "--fast", dest="fast", action="store_true",
                        help="single features only: no classifier, not who moved")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--html", metavar="FILE", help="write a report as one HTML file, with charts")
    parser.add_argument("--markdown", metavar="FILE", help="write a report in Markdown (- for stdout)")
    parser.add_argument("--force", action="store_true", help="write reports over files that are there")
    parser.add_argument("--all", action="store_true", help="print every feature and every reason")
    parser.add_argument("--check", action="store_true", help="say by the exit code whether it drifted")
    parser.add_argument("--project", metavar="P", help="the project of a model's baseline")


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise ArgumentTypeError(f"{text!r} is no number between 0 and 1")
    return value


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.drift.comparing import compare

    files = _files(asked)
    rules = _rules(asked)
    kinds = _kinds(asked)
    printed = None if asked.json or asked.markdown == "-" else _Printed(everything=asked.all)
    progress = Progress() if printed is None else printed.progress
    try:
        reference, current, labels = _tables(asked, kinds)
        _known(asked, reference, current)
        report = compare(
            reference, current, _options(asked, rules, kinds, reference, labels), told=printed,
            progress=lambda share: progress(f"{share:.0%} compared"),
        )  # fmt: skip
    finally:
        progress.done()
    # Files first: whoever reads a pipe may leave early.
    for form, path in files.items():
        from mlops_console.workspace.comparing.handing_over import write

        write(path, _document(form, report), force=asked.force)
        say(f"wrote {safe_text(str(path))}")
    if printed is not None:
        printed.rest(report)
    elif asked.json:
        from mlops_console.drift.reporting import report_json

        out_json(report_json(report))
    else:
        for line in _document("markdown", report).splitlines():
            out(line)
    return verdict(report) if asked.check else NOTHING


def verdict(report: "Report") -> int:
    """The exit code of `--check`."""
    if report.verdict == "DRIFT" or (report.model is not None and report.model.verdict == "HARMFUL"):
        return DRIFT
    return NOT_JUDGED if report.verdict in ("TOO FEW ROWS", "NOT JUDGED") else NOTHING


class _Printed:
    """The report for people: single features as soon as they are there, what takes longer below."""

    def __init__(self, *, everything: bool) -> None:
        self.progress = Progress()
        self._everything, self._first, self._told = everything, "", 0

    def __call__(self, report: "Report") -> None:
        import sys

        from mlops_console.cli.drift.compare_text import lines

        self.progress.done()
        for line in lines(report, everything=self._everything):
            out(line)
        sys.stdout.flush()
        self._first, self._told = report.verdict, len(report.problems)

    def rest(self, report: "Report") -> None:
        """What several columns say together, and what to do."""
        from mlops_console.cli.drift.compare_together import lines

        for line in lines(report, self._first, self._told):
            out(line)


def _document(form: str, report: "Report") -> str:
    from mlops_console.workspace.drifting.document import html, markdown

    return html(report) if form == "html" else markdown(report)


def _files(asked: Namespace) -> "dict[str, Path]":
    """The reports to write, each known to have a place."""
    if asked.markdown == "-" and asked.json:
        raise UsageError("--markdown - and --json can't be told apart on stdout", "name a file for one")
    named = {"html": asked.html, "markdown": None if asked.markdown == "-" else asked.markdown}
    if not any(named.values()):
        return {}
    from pathlib import Path

    from mlops_console.workspace.comparing.handing_over import writable

    files = {form: Path(name) for form, name in named.items() if name is not None}
    for path in files.values():
        writable(path, force=asked.force)
    if len(set(files.values())) < len(files):
        raise UsageError("two reports can't be written to one file", "name another for one of them")
    return files


def _rules(asked: Namespace) -> "Rules":
    from mlops_console.drift.model import Rules

    given = {name: value for name in ("drift", "watch", "q") if (value := getattr(asked, name)) is not None}
    if "drift" in given and "watch" not in given:
        given["watch"] = min(Rules().watch, given["drift"])
    rules = Rules(**given)
    if rules.watch > rules.drift:
        raise UsageError(
            f"--watch {rules.watch} is above --drift {rules.drift}", "WATCH is what is below DRIFT"
        )
    return rules


def _named(said: "list[str]") -> frozenset[str]:
    """Names of columns that were said with commas between them, or one whose name has some."""
    return frozenset(said) | {part.strip() for text in said for part in text.split(",") if part.strip()}


def _kinds(asked: Namespace) -> "Kinds":
    from mlops_console.drift.tables.model import Kinds

    return Kinds(
        _named(asked.categorical), _named(asked.numeric), _named(asked.ignore),
        _named(asked.only) if asked.only else None, asked.time or None, asked.key or None,
    )  # fmt: skip


def _tables(asked: Namespace, kinds: "Kinds") -> "tuple[Reference, Table, Table | None]":
    """Both sides and the labels, with all their columns: what the model did is no feature, but is read."""
    from mlops_console.drift.tables.model import Kinds
    from mlops_console.drift.tables.opening import open_table

    whole = Kinds(kinds.categorical, kinds.numeric, time=kinds.time, key=kinds.key)
    reference = _baseline(asked) or open_table(asked.reference, whole)
    labels = None if asked.labels is None else open_table(asked.labels, Kinds(key=kinds.key))
    return reference, open_table(asked.current, whole), labels


def _baseline(asked: Namespace) -> "Reference | None":
    """The baseline that is named; a workspace is opened only to find the one of a version."""
    text = asked.reference
    if "@" not in text and not text.lower().endswith(".baseline"):
        return None
    from contextlib import ExitStack

    from mlops_console.workspace import Workspace, open_workspace
    from mlops_console.workspace.baselines.making import reference_named

    with ExitStack() as stack:

        def workspace() -> Workspace:
            return stack.enter_context(open_workspace((), asked.store, at_hand=True))

        return reference_named(text, workspace, asked.project)


def _options(
    asked: Namespace, rules: "Rules", kinds: "Kinds", reference: "Reference", labels: "Table | None"
) -> "Options":
    """What was said; of the model's columns what a baseline knows where nothing was said."""
    from mlops_console.drift.options import Options

    means = getattr(reference, "means", None)

    def column(name: str) -> str:
        said: str = getattr(asked, name) or (getattr(means, name, "") if means is not None else "")
        return said

    if labels is not None and not (column("key") and column("label")):
        raise UsageError("--labels needs --key and --label", "which columns join them, and which holds them")
    return Options(
        rules=rules, kinds=kinds, classifier=not asked.fast, labels=labels, metric=asked.metric,
        segments=None if asked.fast else tuple(sorted(_named(asked.by))), label=column("label"),
        score=column("score"), prediction=column("prediction"), key=column("key"),
    )  # fmt: skip


def _known(asked: Namespace, reference: "Reference", current: "Table") -> None:
    """Names of columns that neither side has are mistakes."""
    there = {*getattr(reference, "types", reference.columns()), *getattr(current, "types", current.columns())}
    for option, name in _said(asked):
        if name not in there and not all(part.strip() in there for part in name.split(",")):
            missing = next((part.strip() for part in name.split(",") if part.strip() not in there), name)
            raise UsageError(
                f"--{option}: there is no column {safe_text(missing, 80)!r}", _like(missing, there)
            )


def _said(asked: Namespace) -> "Iterator[tuple[str, str]]":
    for option in ("categorical", "numeric", "ignore", "only", "by"):
        yield from ((option, name) for name in getattr(asked, option))
    for option in ("time", "score", "prediction", "key"):
        if getattr(asked, option):
            yield option, getattr(asked, option)
    if asked.label and asked.labels is None:
        yield "label", asked.label


def _like(name: str, there: "set[str]") -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(there)[:2_000], 3, 0.5)
    shown = near or sorted(there)[:8]
    words = ", ".join(safe_text(one, 60) for one in shown)
    return f"did you mean {words}?" if near else f"there is {words}"
