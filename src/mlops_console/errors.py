"""What can go wrong, told to a person: a sentence, a hint and an exit code.

    ConsoleError                the root; exit code 2
    ├── UsageError              a wrong name, option or value
    │   └── FilterError         a filter that can't be read; knows where
    ├── SettingsError           a settings file that can't be used
    ├── StoreError              the store can't be opened or written
    │   ├── StoreTooNewError    written by a newer version of this program
    │   └── StoreFullError      no room left on the disk
    ├── JournalError            a decision could not be written down, or contradicts another
    ├── ReleaseError            a model could not be copied, verified or put in place
    └── DataError               a table of data could not be read, or can't be compared

Bad *input files* are never exceptions: they are `records.Problem` values.
"""


class ConsoleError(Exception):
    """An error with a sentence for the person, `str(error)`, and where there is one the next step, `hint`."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(ConsoleError):
    """What was asked for does not exist or is ambiguous."""


class FilterError(UsageError):
    """A filter that can't be read; `position` is the index of the offending character."""

    def __init__(self, message: str, position: int, hint: str = "") -> None:
        super().__init__(message, hint)
        self.position = position


class SettingsError(ConsoleError):
    """A settings file that can't be used; the message names file and key."""


class StoreError(ConsoleError):
    """The store can't be opened, read or written."""


class StoreTooNewError(StoreError):
    """The store was written by a newer version of this program."""


class StoreFullError(StoreError):
    """The disk that holds the store is full; what was committed is kept."""


class JournalError(ConsoleError):
    """A decision could not be written down, or contradicts what was decided meanwhile."""


class ReleaseError(ConsoleError):
    """A model could not be copied, verified or put in place; what was current before still is."""


class DataError(ConsoleError):
    """A table of data could not be read, or can't be compared."""
