"""What can be asked of a comparison: by which metric, against whom, grouped how, by which values."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from mlops_console.console.commands import Command
from mlops_console.console.compare.curve_keys import CurveKeys
from mlops_console.console.compare.grouping import ALONE, GroupList, groupings
from mlops_console.workspace.comparing.goals import say_goal
from mlops_console.workspace.goals import goal_of

if TYPE_CHECKING:
    from mlops_console.comparison.model import Goal
    from mlops_console.console.app import ConsoleApp
    from mlops_console.console.compare.grouping import Grouping
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.comparing.model import Asked, At, Comparison

AT: Final[tuple["At", ...]] = ("last", "best", "area")
_BETTER: Final = {"min": "less is better", "max": "more is better", None: "neither more nor less is better"}


class Wishes(CurveKeys):
    """A part of the screen: keys and commands that ask for another comparison."""

    asked: "Asked"
    known: "Comparison | None"
    app: Any

    def compare(self, asked: "Asked") -> None:
        """Compare anew."""
        raise NotImplementedError

    def wonder(self, about: str, read: "Callable[[Workspace], Any]", took: Callable[[Any], None]) -> None:
        """Read in a worker, take the answer on the screen."""
        raise NotImplementedError

    def _say(self, text: str, ink: str = "warn") -> None:
        cast("ConsoleApp", self.app).say(text, ink)

    def commands(self) -> Sequence[Command]:
        """What can be typed here behind `:`."""
        known = self.known
        keys = [row.key for row in known.metrics] if known is not None else []
        names = [subject.name for subject in known.subjects] if known is not None else []
        params = [row.key for row in known.differences.different] if known is not None else []
        return (
            Command("metric", "KEY", "judge by this metric", self._by_metric, lambda: keys),
            Command("base", "NAME", "hold the others against this one", self._by_base, lambda: names),
            Command(
                "by", "PARAM|TAG|config|none", "group the runs", self._by, lambda: ["config", ALONE, *params]
            ),
            Command(
                "goal", "min|max|none", "what is better of this metric, remembered", self._goal,
                lambda: ["min", "max", ALONE],
            ),
            Command("margin", "X", "differences up to this much don't matter; off for none", self._margin),
            Command(
                "x", "METRIC|steps", "draw curves over another metric", self._over, lambda: [*keys, "steps"]
            ),
            Command(
                "at", "last|best|area|STEP", "which value stands for a run", self._at, lambda: [*map(str, AT)]
            ),
        )  # fmt: skip

    # Keys

    def action_group(self) -> None:
        """Choose what the runs are grouped by."""
        asked = self.asked
        self.wonder("groupings", lambda workspace: groupings(workspace, asked), self._list_groups)

    def _list_groups(self, choices: "tuple[Grouping, ...]") -> None:
        def chosen(one: "Grouping | None") -> None:
            if one is not None and one.by != self.asked.by:
                self._group(one.by)

        self.app.push_screen(GroupList(choices, self.asked.by), chosen)

    def action_value(self) -> None:
        """Another value stands for a run: the last, the best, the area."""
        at = AT.index(self.asked.at) if self.asked.at in AT else -1
        self.compare(replace(self.asked, at=AT[(at + 1) % len(AT)]))

    # Commands

    def _by_metric(self, key: str) -> None:
        known = self.known
        if known is not None and known.metric(key) is not None:
            self.compare(replace(self.asked, metrics=(key,)))
        else:
            self._say(f"None of them has a metric {key!r}")

    def _over(self, key: str) -> None:
        why_not = self.over_metric(key)
        if why_not:
            self._say(why_not)

    def _by_base(self, name: str) -> None:
        known = self.known
        found = [one for one in known.subjects if name in (one.name, one.key, one.letter)] if known else []
        if found:
            self.compare(replace(self.asked, base=found[0].key))
        else:
            self._say(f"{name!r} is none of what is compared")

    def _by(self, text: str) -> None:
        if text:
            self._group(None if text == ALONE else text)
        else:
            self.action_group()

    def _group(self, by: str | None) -> None:
        # A base is a run or a group: it is none of what is compared next.
        self.compare(replace(self.asked, by=by, base=None))

    def _goal(self, text: str) -> None:
        known = self.known
        if known is None or not known.judged:
            self._say("There is no metric to say a goal of")
            return
        if text not in ("min", "max", ALONE):
            self._say("A goal is min, max or none")
            return
        metric = known.judged[0]
        goal: Goal | None = None if text == ALONE else cast("Goal", text)

        def said(_: object) -> None:
            words = _BETTER[goal]
            own = "as its name tells" if goal == goal_of(metric) else "remembered"
            self._say(f"{metric}: {words}; {own}", "text")
            # Named: without a goal it would not be chosen by itself any more.
            self.compare(replace(self.asked, metrics=(metric,)))

        self.wonder("goal", lambda workspace: say_goal(workspace, metric, goal), said)

    def _margin(self, text: str) -> None:
        if text in ("", "off", ALONE):
            self.compare(replace(self.asked, margin=None))
            return
        try:
            margin = float(text)
        except ValueError:
            margin = -1.0
        if 0 < margin < float("inf"):
            self.compare(replace(self.asked, margin=margin))
        else:
            self._say("A margin is a number above 0, in the metric's own unit; off takes it away")

    def _at(self, text: str) -> None:
        if text in AT:
            self.compare(replace(self.asked, at=cast("At", text)))
        elif text.isascii() and text.isdigit() and len(text) < 19:
            self.compare(replace(self.asked, at=int(text)))
        else:
            self._say("That is last, best, area or the number of a step")
