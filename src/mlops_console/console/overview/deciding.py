"""What is decided on the overview: it was seen, it can wait; each with a reason and a way back."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.overview.attention import MONITORS, REVIEWS
from mlops_console.console.overview.body import OverviewBody
from mlops_console.console.overview.writing import acknowledging, reviewing, snoozing, waking
from mlops_console.console.widgets.deciding import DecidingScreen
from mlops_console.console.widgets.edit import LineEdit
from mlops_console.console.widgets.panel import Effect, Field, Form

if TYPE_CHECKING:
    from mlops_console.workspace.attention.model import Item, Quiet

USUAL: Final = "7d"
"""How long something is put off, unless told otherwise."""
BACK: Final = "it comes back by itself; another matter about it does not wait"


class Deciding(DecidingScreen):
    """Base of the overview: the panel, and what was said in it."""

    @property
    def body(self) -> OverviewBody:
        """The panes."""
        return self.query_one(OverviewBody)

    @property
    def item(self) -> "Item | None":
        """The matter under the cursor."""
        return self.body.attention.item if self.body.pane is self.body.attention else None

    # Why not

    def why_no_acknowledgement(self) -> str | None:
        """Why `x` does nothing."""
        item = self.item
        if item is None:
            return "nothing is under the cursor"
        if item.snoozed is not None:
            return "it is snoozed"
        if item.quiet is not None:
            return quieted(item.quiet)
        if item.kind == "unjudged":
            return "no alarm was seen, it could not judge: m snoozes it"
        if item.kind in MONITORS | REVIEWS:
            return None
        return "only alarms of monitors are acknowledged, and KPIs reviewed: m snoozes it"

    def why_no_snooze(self) -> str | None:
        """Why `m` does nothing."""
        if self.item is None:
            return "nothing is under the cursor"
        return quieted(self.item.quiet) if self.item.quiet is not None else None

    # Panels

    def action_acknowledge(self) -> None:
        """It was seen: for an alarm of a monitor, or a KPI."""
        item = self.item
        if item is None:
            return
        reviews = item.kind in REVIEWS
        follows = (
            "the review is done until the next one is due"
            if reviews
            else "nothing is asked again until it is worse, or another alarm"
        )

        def decide(texts: tuple[str, ...]) -> None:
            do = reviewing(item, texts[0]) if reviews else acknowledging(item, texts[0])
            self.decide_deed(do, f"{'Reviewed' if reviews else 'Acknowledged'}: {item.subject}")

        self.open_panel(
            Form(
                heading=f"{'Review' if reviews else 'Acknowledge'} {display.safe_text(item.subject, 60)}",
                note="in the journal of " + display.safe_text(item.project.name, 40),
                effects=(*_about(item), Effect("then", ((follows, "second"),)), _back("u takes it back")),
                fields=(Field("reason", needed=True, hint="what was seen, and what follows from it"),),
                does="reviewed" if reviews else "acknowledge",
                decide=decide,
            )
        )

    def action_snooze(self) -> None:
        """Put it off, or have it back."""
        item = self.item
        if item is None:
            return
        if item.snoozed is not None:
            self._wake(item)
            return

        def decide(texts: tuple[str, ...]) -> None:
            self.decide_deed(snoozing(item, texts[0], texts[1]), f"Snoozed: {item.subject}")

        end = Field("until", needed=True, hint="7d, tomorrow, 2026-12-01", cells=24)
        end.edit = LineEdit()
        end.edit.set(USUAL)
        end.preset = True
        self.open_panel(
            Form(
                heading=f"Snooze {display.safe_text(item.subject, 60)}",
                note="for everybody, in the journal of " + display.safe_text(item.project.name, 40),
                effects=(
                    *_about(item),
                    Effect("then", ((BACK, "second"),)),
                    _back("u takes it back, v shows what is snoozed"),
                ),
                fields=(end, Field("reason", needed=True, hint="why it can wait")),
                does="snooze",
                decide=decide,
            )
        )

    def _wake(self, item: "Item") -> None:
        def decide(texts: tuple[str, ...]) -> None:
            self.decide_deed(waking(item, texts[0]), f"Back: {item.subject}")

        said = item.snoozed
        why = f"{said.by}: {said.reason}" if said is not None else ""
        self.open_panel(
            Form(
                heading=f"Wake {display.safe_text(item.subject, 60)}",
                note="in the journal of " + display.safe_text(item.project.name, 40),
                effects=(*_about(item), Effect("snoozed by", ((why, "second"),))),
                fields=(Field("reason", needed=True),),
                does="wake",
                decide=decide,
            )
        )

    def done(self, words: str) -> None:
        """Say what was done; what needs attention may be something else now."""
        super().done(words)
        self.body.feed.stale("attention", "production", "activity", at_once=True)


def quieted(quiet: "Quiet") -> str:
    """Who had its monitor ask nobody, and how it asks again."""
    by, why = display.safe_text(quiet.by, 40), display.safe_text(quiet.reason, 120)
    said = f"{by} {quiet.how} it on {display.day(quiet.at)}: {why}"
    return f"{said}; Enter, then m has it ask again" if quiet.how == "muted" else said


def _about(item: "Item") -> tuple[Effect, ...]:
    ink = {"bad": "bad", "warn": "warn", "ask": "accent"}[item.level]
    first = Effect(item.word, ((" ".join(item.what.split()), ink),))
    return (first, Effect("effect", ((item.effect, "second"),))) if item.effect else (first,)


def _back(words: str) -> Effect:
    return Effect("way back", ((words, "muted"),))
