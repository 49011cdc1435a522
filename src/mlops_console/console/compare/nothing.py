"""What the Compare view shows before anything was compared: how that is done."""

from typing import TYPE_CHECKING

from textual.screen import Screen

from mlops_console.console.widgets.empty import Empty
from mlops_console.console.widgets.footer import Footer
from mlops_console.console.widgets.header import Header

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from mlops_console.console.keymap import Key


class NothingCompared(Screen[None]):
    """The next step."""

    view = "nothing"
    AUTO_FOCUS = ""
    CSS = "NothingCompared #room { height: 1fr; }"

    def compose(self) -> "ComposeResult":
        """Header, words, footer."""
        from textual.containers import Container

        yield Header(("Compare",))
        with Container(id="room"):
            yield Empty()
        yield Footer()

    def on_mount(self) -> None:
        """Say it."""
        self.query_one(Empty).say(
            [
                [("Nothing compared yet", "text", True)],
                [],
                [
                    ("2", "text", True),
                    ("      Runs: mark two or more with ", "muted", False),
                    ("Space", "text", True),
                    (", then ", "muted", False),
                    ("c", "text", True),
                ],
                [
                    (":", "text", True),
                    ("      compare RUN RUN", "second", False),
                    ("   there, by name or id", "muted", False),
                ],
            ]
        )

    def idle_reason(self, key: "Key") -> str | None:
        """Keys that hold everywhere hold here."""
        return None
