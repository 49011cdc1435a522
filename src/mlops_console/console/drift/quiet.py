"""What would make the alarm go quiet: other thresholds over the stored windows, before they are changed."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.drift.over_time import named
from mlops_console.console.drift.pane import Pane
from mlops_console.workspace.drifting.quieting import Quieting, Trial, Trying, as_toml

if TYPE_CHECKING:
    from mlops_console.console.drift.pane import Place
    from mlops_console.drift.model import ModelReport
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.drifting.quieting import Shift

STEP: Final = 0.01
_LABELS: Final = {
    "drift": "a higher limit for all features",
    "q": "fewer false alarms among alarms",
    "confirm": "more windows that must agree",
    "classifier": "a higher limit for what can be told apart",
    "thresholds": "a higher limit for what drifted",
}
_WORDS: Final = {
    "DRIFT": "drift",
    "WATCH": "watch",
    "STABLE": "ok",
    "NEGLIGIBLE": "ok",
    "TOO FEW ROWS": "few",
}


class QuietPane(Pane):
    """Lists changes; below, every window by what holds and by the change under the cursor."""

    name = "Other thresholds"
    full = True

    def __init__(self, place: "Place") -> None:
        super().__init__(place)
        self._asked: object = None
        self._trying: Trying | None = None
        self._found: Quieting | None = None
        self._own: Trial | None = None
        self._limit = 0.0

    @property
    def trials(self) -> list[Trial]:
        """What was worked out, and what the person tries."""
        found = list(self._found.trials) if self._found is not None else []
        return found + ([self._own] if self._own is not None else [])

    @property
    def trial(self) -> Trial | None:
        """The one under the cursor."""
        rows = self.trials
        return rows[max(0, min(self.at, len(rows) - 1))] if rows else None

    @property
    def count(self) -> int:
        """How many changes there are."""
        return len(self.trials)

    def toml(self) -> str:
        """The lines that the change under the cursor needs; empty: there is none."""
        opened, one = self.place.opened, self.trial
        return "\n".join(as_toml(opened.watched, one.keys)) + "\n" if opened is not None and one else ""

    def copied(self) -> tuple[str, str] | None:
        """Those lines."""
        text = self.toml()
        return ("lines for mlops-console.toml", text) if text else None

    def seen(self) -> None:
        """Work it out for the window that is looked at."""
        opened = self.place.opened
        if opened is None or opened.told is None:
            return
        watched, window = opened.watched, opened.told.judged.window
        asked = (watched, window, len(opened.course.steps))
        if asked == self._asked:
            return
        if not isinstance(self._asked, tuple) or (self._asked[0], self._asked[2]) != (watched, asked[2]):
            self._trying = None
        self._asked, self._found, self.at, self._own = asked, None, 0, None
        self._limit = watched.rules().drift
        known = self._trying

        def work(workspace: "Workspace") -> tuple[Trying, Quieting, Trial]:
            trying = known or Trying(workspace, watched)
            return trying, trying.quieting(window), trying.by_drift(watched.rules().drift)

        def took(found: tuple[Trying, Quieting, Trial]) -> None:
            if asked == self._asked:
                self._trying, self._found, self._own = found
                self.place.moved()

        self.place.ask("quiet", work, took)

    def nudge(self, step: int) -> None:
        """Another limit for all features, tried at once."""
        trying = self._trying
        if trying is None:
            return
        self._limit = min(1.0, max(STEP, round(self._limit + step * STEP, 10)))
        limit = self._limit
        self.at = self.count - 1

        def took(found: Trial) -> None:
            if trying is self._trying and limit == self._limit:
                self._own = found
                self.place.moved()

        self.place.ask("trial", lambda workspace: trying.by_drift(limit), took)

    def explained(self) -> tuple[str, list[tuple[str, str, str]]] | None:
        """What it would change, in words."""
        one = self.trial
        if one is None:
            return None
        quiet = [named(each.window) for each in one.windows if each.alarm_before and not each.alarm_after]
        new = [named(each.window) for each in one.windows if each.alarm_after and not each.alarm_before]
        facts = [
            ("write", "text", self.toml().strip().replace("\n", "   ")),
            ("quiet", "second", ", ".join(quiet) or "no alarm goes quiet"),
            ("new", "second", ", ".join(new)),
            ("stay", "second", f"{display.count(one.stay)} alarms"),
            ("nothing", "muted", "is changed before you write it: E opens the file at the monitor"),
        ]
        return "Other thresholds", [fact for fact in facts if fact[2]]

    # Drawing

    def told(self, width: int) -> Line:
        """Of which alarm."""
        line = self.blank()
        if self._found is None:
            return line.put("replaying the stored windows", "muted")
        if self._by_labels is not None:
            return line.put(f"the alarm of {named(self._found.window)} rests on labels", "muted")
        if self._found.alarm:
            return line.put(f"what would make the alarm of {named(self._found.window)} go quiet", "muted")
        return line.put(f"{named(self._found.window)} raises no alarm; try a limit over all windows", "muted")

    def columns(self, width: int) -> Line:
        """The names of the columns."""
        what, keys = self._cells(width)
        line = self.blank().to(2).put(fit("change", what), "muted").put("  ")
        where = fit("in mlops-console.toml", keys)
        of = "windows:" if keys >= 30 else ""
        line.put(where[: keys - len(of)], "muted").put(of, "muted")
        return line.put("  quiet   stay    new", "muted")

    def row(self, index: int, line: Line, width: int) -> None:
        """A change and what it does."""
        one = self.trials[index]
        what, keys = self._cells(width)
        line.put(fit(self._label(one), what), "text").put("  ")
        line.put(fit("  ".join(f"{key} = {value}" for key, value in one.keys), keys), "second").put("  ")
        line.put(display.count(one.quiet).rjust(5), "ok" if one.quiet else "muted")
        line.put(display.count(one.stay).rjust(7), "second")
        line.put(display.count(one.appear).rjust(7), "warn" if one.appear else "muted")

    def _label(self, one: Trial) -> str:
        if one is self._own:
            return "your own: + and - move it"
        names = {key.partition(".")[0] for key, _ in one.keys}
        first = next(
            (name for name in ("thresholds", "drift", "q", "confirm") if name in names), "classifier"
        )
        more = ", and for what can be told apart" if "classifier" in names and first != "classifier" else ""
        return _LABELS[first] + more

    def _cells(self, width: int) -> tuple[int, int]:
        longest = max((len(self._label(one)) for one in self.trials), default=20)
        rest = width - 2 - 2 - 2 - 19 - 2
        what = min(longest, max(16, rest // 2))
        return what, max(10, rest - what)

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """The changes, why nothing helps where nothing does, then the windows."""
        one = self.trial
        model = self._by_labels
        stubborn = self._found.stubborn if self._found is not None and model is None else ()
        said = [line for words in stubborn for line in self.wrapped(words, width, "warn", 3)]
        upper = min(height, (3 if height >= 8 else 2) + max(1, self.count))
        drawn = super().lines(width, upper, focused=focused, alone=alone)
        if model is not None:
            drawn[1:1] = [*self._labels_say(model, width), self.blank()]
        drawn += [self.blank(), *said] if said else []
        if one is not None:
            drawn += self._windows(one, width, height - len(drawn))
        drawn = drawn[:height]
        drawn += [self.blank() for _ in range(height - len(drawn))]
        return [line.to(width) for line in drawn]

    @property
    def _by_labels(self) -> "ModelReport | None":
        """What labels say of the model, where that is the alarm; None: it is raised by what moved."""
        opened, found = self.place.opened, self._found
        told = opened.told if opened is not None else None
        if told is None or found is None or not (found.alarm and told.harmful):
            return None
        return told.model if told.judged.window == found.window else None

    def _labels_say(self, model: "ModelReport", width: int) -> list[Line]:
        """What the alarm rests on, that no limit ends it, and what could."""
        opened = self.place.opened
        lines = self.wrapped(model.because, width, "text", 3)
        lines += self.wrapped(
            "No limit of features ends an alarm that labels raise. What could:", width, "warn", 2
        )
        ways = [
            ("x", "acknowledge it: nobody is asked again until it is worse"),
            ("m", "mute the monitor until a day"),
            ("E", "name another `metric` in the file, if it is judged by the wrong one"),
        ]
        if opened is not None and opened.newest:
            ways.insert(0, ("P", "do something about the model: labels that say it holds end the alarm"))
        for key, words in ways:
            line = self.blank().to(4).put(key, "second", bold=True).put("  ")
            lines.append(line.put(fit(words, min(width_of(words), width - line.at - 2)), "muted"))
        return lines

    def _windows(self, one: Trial, width: int, room: int) -> list[Line]:
        """The newest windows, in as many columns as fit, and the lines to write."""
        toml = [self.blank().to(2).put("E", "second", bold=True).put(" opens the file, ", "muted")
                .put("y", "second", bold=True).put(" copies:", "muted")]  # fmt: skip
        toml += [self.blank().to(4).put(line, "text") for line in self.toml().splitlines()]
        room -= len(toml) + 4
        lines = [self.blank()]
        if room >= 2:
            name = max(6, min(max((width_of(named(each.window)) for each in one.windows), default=6), 16))
            cells = 2 + name + 2 + 8 + 3 + 9 + 3
            across = max(1, (width - 2) // cells)
            shown = one.windows[-across * room :]
            down = -(-len(shown) // across)
            head = self.blank()
            for column in range(across if down else 0):
                if column * down < len(shown):
                    head.to(2 + column * cells).put(fit("window", name), "muted").put(
                        "  now        then", "muted"
                    )
            lines.append(head)
            for row in range(down):
                line = self.blank()
                for column in range(across):
                    at = column * down + row
                    if at < len(shown):
                        self._shift(line.to(2 + column * cells), shown[at], name)
                lines.append(line)
        return [*lines, self.blank(), *toml]

    def _shift(self, line: Line, one: "Shift", name: int) -> None:
        changed = one.alarm_before != one.alarm_after
        line.put(fit(named(one.window), name), "text" if changed else "muted").put("  ")
        self._side(line, one.before, alarm=one.alarm_before)
        line.put(f" {self.place.glyphs.crumb} ", "faint")
        self._side(line, one.after, alarm=one.alarm_after)

    def _side(self, line: Line, verdict: str, *, alarm: bool) -> None:
        ink = "bad" if alarm else "warn" if verdict in ("DRIFT", "WATCH") else "muted"
        sign = "!!" if alarm else "!" if verdict in ("DRIFT", "WATCH") else " "
        line.put(sign.rjust(2), ink, bold=alarm).put(f" {_WORDS.get(verdict, '-'):<5}", ink)
