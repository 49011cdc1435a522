"""The answer as a colleague would say it."""

from collections.abc import Callable, Sequence

from mlops_console.comparison.differing.same import number_or_text
from mlops_console.comparison.model import ALPHA, Judgement
from mlops_console.display import number
from mlops_console.workspace.comparing.judging import Judged, tells
from mlops_console.workspace.comparing.model import CONFIG, Comparison, Subject

_SHORT = 28
_NAMED = 6
_SPEAKS = 3


def sentence(comparison: Comparison, judged: Judged, label: Callable[[Subject], str] | None = None) -> str:
    """What is better, and what can't be said; a few short sentences. Names are as they were written.

    Args:
        comparison: Who is compared.
        judged: What was concluded.
        label: How subjects are called; None: by name where names are short and tell them apart, else by
            letter.
    """
    call = label or labels(comparison)
    base = labels(comparison)(comparison.base)
    said = []
    for metric in dict.fromkeys(one.metric for one in judged.all):
        found = [(other, judged.primary(metric, other)) for other in comparison.others]
        told = [(other, one) for other, one in found if one is not None]
        said += _of_metric(metric, told, call, base)
    if said:
        return " ".join(said)
    problems = [family.problem for family in (judged.over_rows, judged.over_runs) if family is not None]
    return next(filter(None, problems), "Nothing was judged.")


def signed(value: float | None) -> str:
    """A difference, with its sign."""
    text = number(value)
    return f"+{text}" if value is not None and value > 0 else text


def letter(subject: Subject) -> str:
    """How a subject is called in the heads of tables."""
    return "base" if subject.base else subject.letter


def called(comparison: Comparison, key: str) -> str:
    """A subject with its letter and name."""
    subject = next(one for one in comparison.subjects if one.key == key)
    return f"{letter(subject)} {subject.name}"


def shown_p(one: Judgement) -> str:
    """P as it is to be read: after the correction, where there is one."""
    p = one.p_holm if one.p_holm is not None else one.p
    return "<.001" if p is not None and p < 0.001 else number(p, 3)


def labels(comparison: Comparison) -> Callable[[Subject], str]:
    """How subjects are called in sentences."""
    by = comparison.asked.by
    names = {subject.key: subject.name for subject in comparison.subjects}
    if by is None:
        names = {key: name if _speaks(name) else f"run {name}" for key, name in names.items()}
    elif by != CONFIG and any(not _speaks(name) for name in names.values()):
        names = {
            key: f"{by.removeprefix('param:').removeprefix('tag:')}={name}" for key, name in names.items()
        }
    plain = len(set(names.values())) == len(names) and all(len(name) <= _SHORT for name in names.values())
    return lambda subject: names[subject.key] if plain or subject.base else subject.letter


def _speaks(value: str) -> bool:
    """Whether a value of a group says by itself what it is: `resnet` does, `0.1` and `yes` do not."""
    return len(value) >= _SPEAKS and isinstance(number_or_text(value), str)


def _of_metric(
    metric: str,
    told: Sequence[tuple[Subject, Judgement]],
    call: Callable[[Subject], str],
    base: str,
) -> list[str]:
    kinds: dict[str, list[tuple[Subject, Judgement]]] = {}
    if all(one.unit == "rows" for _, one in told):
        # Said of these trained models: with other seeds it may come out differently.
        metric += " on the same rows"
    for subject, one in told:
        kinds.setdefault(kind_of(one), []).append((subject, one))
    said: list[str] = []
    for kind in ("better", "worse", "differs", "equivalent", "not shown to differ", "none"):
        some = kinds.get(kind, [])
        if some:
            who = _listed([call(subject) for subject, _ in some])
            said.append(_clause(kind, who, metric, base, [one for _, one in some], bool(said)))
    return said


def kind_of(one: Judgement) -> str:
    """The verdict; `none` where nothing can be said, `differs` where nobody knows which way is better."""
    if not tells(one):
        return "none"
    p = one.p_holm if one.p_holm is not None else one.p
    if one.goal is None and one.verdict == "not shown to differ" and p is not None and p < ALPHA:
        return "differs"
    return one.verdict


def _clause(kind: str, who: str, metric: str, base: str, of: Sequence[Judgement], later: bool) -> str:
    several = len(of) > 1
    match kind:
        case "better":
            return f"{who} {'beat' if several else 'beats'} {base} on {metric}."
        case "worse":
            return f"{who} {'are' if several else 'is'} worse than {base} on {metric}."
        case "differs":
            verb = "differ" if several else "differs"
            return f"{who} {verb} from {base} on {metric}; nobody said which way is better."
        case "equivalent":
            within = f" (within {number(of[0].margin)})" if of[0].margin is not None else ""
            return f"{who} {'are' if several else 'is'} as good as {base} on {metric}{within}."
        case "none":
            causes = dict.fromkeys(one.because.rstrip(".") for one in of)
            why = next(iter(causes)) if len(causes) == 1 else "there are too few runs"
            verb = "differ" if several else "differs"
            return f"Whether {who} {verb} from {base} on {metric} can't be said: {_lower(why)}."
        case _:
            where = "" if later else f" from {base} on {metric}"
            return f"{who} {'are' if several else 'is'} not shown to differ{where}."


def _listed(names: Sequence[str]) -> str:
    if len(names) > _NAMED:
        return f"{', '.join(names[: _NAMED - 1])} and {len(names) - _NAMED + 1} others"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text
