"""What pairs a run of one side with a run of the other: the same seed, the same fold."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console.comparison.differing.facts import flat
from mlops_console.comparison.differing.same import meaning
from mlops_console.comparison.repeats import is_repeat
from mlops_console.records import Json

if TYPE_CHECKING:
    from collections.abc import Hashable

    from mlops_console.workspace.details import RunDetail

_MOST_CROSSED: Final = 4


def params_of(run: "RunDetail") -> Mapping[str, Json]:
    """A run's params with dotted keys, and after them what its tags say of repetitions."""
    found = flat(run.params)
    for key, value in run.tags.items():
        if is_repeat(key) and key not in found:
            found[key] = value
    return found


def pairs_of(
    groups: Sequence[Sequence["RunDetail"]], apart: Collection[str] = ()
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Run id -> its pairing key, and the params that make it.

    Seeds and folds; where these leave several runs of a group alike, also the params that take the same
    values in every group (a grid that was run for each). `apart` are params that make the groups.
    """
    params = {run.id: params_of(run) for runs in groups for run in runs}
    everywhere = [key for key in _in_all(params.values()) if key not in apart]
    repeats = [key for key in everywhere if is_repeat(key)]
    if _tells_apart(groups, params, repeats):
        return _keys(params, repeats), tuple(repeats)
    crossed = [key for key in everywhere if key not in repeats and _crossed(groups, params, key)]
    wider = [*repeats, *crossed[:_MOST_CROSSED]]
    if crossed and _tells_apart(groups, params, wider):
        return _keys(params, wider), tuple(wider)
    return _keys(params, repeats), tuple(repeats)


def _in_all(params: Collection[Mapping[str, Json]]) -> list[str]:
    several = list(params)
    return [key for key in several[0] if all(key in other for other in several[1:])] if several else []


def _tells_apart(
    groups: "Sequence[Sequence[RunDetail]]", params: Mapping[str, Mapping[str, Json]], keys: Sequence[str]
) -> bool:
    if not keys:
        return False
    for runs in groups:
        seen = {tuple(meaning(params[run.id][key]) for key in keys) for run in runs}
        if len(seen) < len(runs):
            return False
    return True


def _crossed(
    groups: "Sequence[Sequence[RunDetail]]", params: Mapping[str, Mapping[str, Json]], key: str
) -> bool:
    values: list[set[Hashable]] = [{meaning(params[run.id][key]) for run in runs} for runs in groups]
    return len(values[0]) > 1 and all(one == values[0] for one in values[1:])


def _keys(params: Mapping[str, Mapping[str, Json]], keys: Sequence[str]) -> dict[str, str]:
    if not keys:
        return dict.fromkeys(params, "")
    return {run: " ".join(f"{key}={text_of(values[key])}" for key in keys) for run, values in params.items()}


def text_of(value: Json) -> str:
    """A value as short text, the same for values that say the same."""
    said = meaning(value)
    if isinstance(said, float) and said.is_integer() and abs(said) < 1e15:
        return str(int(said))
    if isinstance(said, int | float | str):
        return str(said)
    return str(value).lower() if isinstance(value, bool) else str(value)
