"""A clock that starts when you say and runs fast, so that seconds of training look like weeks."""

import time
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest import mock

REAL = time.time


class Clock:
    """`speed` seconds pass while one does; `jump` sets it forward."""

    def __init__(self, start: str, speed: float) -> None:
        self._speed = speed
        self.jump(start)

    def jump(self, to: str) -> None:
        """Set the clock."""
        self._shown, self._from = datetime.fromisoformat(to).replace(tzinfo=UTC).timestamp(), REAL()

    def time(self) -> float:
        """What `time.time` says while the clock runs."""
        return self._shown + (REAL() - self._from) * self._speed

    @contextmanager
    def running(self):
        """Everybody in this process sees this clock."""
        with (
            mock.patch("time.time", side_effect=self.time),
            mock.patch("time.time_ns", side_effect=lambda: int(self.time() * 1e6) * 1000),
            mock.patch("socket.gethostname", return_value="gpu01"),
        ):
            yield self
