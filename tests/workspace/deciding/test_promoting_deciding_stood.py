"""Where a rollback leads, over any history of an alias."""

from hypothesis import given
from hypothesis import strategies as st

from mlops_console.journal.event import Event
from mlops_console.journal.registry import AliasState, Model, Move, Version
from mlops_console.workspace.deciding.stood import before_this, ever_held, way_back


def version(number: int, *, withdrawn: bool = False) -> Version:
    event = Event(1, f"v{number}", number, (), 0, "ana", 1, "here", "register")
    return Version(
        f"v{number}", "churn", number, number, event, "path", "", 0, "", (), False, None, None, None,
        retracted="leaked" if withdrawn else "",
    )  # fmt: skip


class History:
    """An alias that people move, and what a person would remember of it."""

    def __init__(self, versions: int, withdrawn: frozenset[int] = frozenset()) -> None:
        self.versions = {n: version(n, withdrawn=n in withdrawn) for n in range(1, versions + 1)}
        self.moves: list[Move] = []
        self.stands: int | None = None
        self.mistakes: set[int] = set()
        """Rolled back from, and not promoted again since."""

    def move(self, way: str, to: int | None, *, holds: bool = True) -> None:
        at = len(self.moves)
        event = Event(1, f"m{at}", 100 + at, (), at, "bo", 2, "here", "alias")
        before = self.versions.get(self.stands or 0)
        target = self.versions.get(to or 0)
        self.moves.append(Move(event, "champion", target, before, way, holds=holds))
        if not holds:
            return
        if way == "rollback" and self.stands is not None and self.stands != to:
            self.mistakes.add(self.stands)
        if to is not None and way == "promote":
            self.mistakes.discard(to)
        self.stands = to

    def model(self) -> Model:
        newest = tuple(reversed(self.moves))
        aliases = {}
        if self.moves:
            event = self.moves[-1].event
            aliases["champion"] = AliasState(
                "champion", self.versions.get(self.stands or 0), event.at, event.by, event
            )
        return Model("churn", tuple(reversed(self.versions.values())), aliases, newest, (), ())


STEPS = st.lists(
    st.one_of(st.integers(1, 6), st.sampled_from(["back", "off", "lost"])), min_size=1, max_size=30
)


@given(STEPS, st.frozensets(st.integers(1, 6), max_size=2))
def test_nobody_is_led_back_into_what_was_rolled_back_from(steps, withdrawn):
    history = History(6, withdrawn)
    for step in steps:
        model = history.model()
        choices = [one.number for one in way_back(model, "champion")]
        assert len(choices) == len(set(choices))
        assert history.stands not in choices
        assert not withdrawn & set(choices)
        assert all(ever_held(model, "champion", history.versions[one]) for one in choices)
        first = before_this(model, "champion")
        assert (first.number if first else None) == (choices[0] if choices else None)
        if step == "off":
            if history.stands is not None:
                history.move("remove", None)
        elif step == "lost":
            history.move("promote", 6, holds=False)
        elif step == "back":
            if choices:
                assert choices[0] not in history.mistakes
                history.move("rollback", choices[0])
        elif step != history.stands:
            history.move("promote", step)


def test_versions_come_back_in_the_order_in_which_they_stood():
    history = History(4)
    for number in (1, 2, 3, 4):
        history.move("promote", number)
    assert [one.number for one in way_back(history.model(), "champion")] == [3, 2, 1]
    history.move("rollback", 2)
    assert [one.number for one in way_back(history.model(), "champion")] == [1]
    history.move("remove", None)
    assert [one.number for one in way_back(history.model(), "champion")] == [2, 1]
