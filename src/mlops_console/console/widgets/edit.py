"""Editing one line of text: what the filter line and the command line share."""

from dataclasses import dataclass

from textual import events


@dataclass(slots=True)
class LineEdit:
    """A text and a place in it."""

    text: str = ""
    at: int = 0

    def set(self, text: str) -> None:
        """Another text, the caret at its end."""
        self.text, self.at = text, len(text)

    def insert(self, text: str) -> None:
        """Type or paste; line breaks become blanks."""
        text = " ".join(text.split("\n")).replace("\r", "")
        self.text = self.text[: self.at] + text + self.text[self.at :]
        self.at += len(text)

    def key(self, event: events.Key) -> bool:
        """Whether the key belongs to the text; if so it is done."""
        match event.key:
            case "left":
                self.at = max(0, self.at - 1)
            case "right":
                self.at = min(len(self.text), self.at + 1)
            case "home" | "ctrl+a":
                self.at = 0
            case "end" | "ctrl+e":
                self.at = len(self.text)
            case "backspace":
                self.text = self.text[: max(0, self.at - 1)] + self.text[self.at :]
                self.at = max(0, self.at - 1)
            case "delete":
                self.text = self.text[: self.at] + self.text[self.at + 1 :]
            case "ctrl+w":
                kept = self.text[: self.at].rstrip()
                kept = kept[: kept.rfind(" ") + 1]
                self.text, self.at = kept + self.text[self.at :], len(kept)
            case "ctrl+u":
                self.text, self.at = self.text[self.at :], 0
            case "ctrl+k":
                self.text = self.text[: self.at]
            case _:
                if event.character is None or not event.is_printable:
                    return False
                self.insert(event.character)
        return True
