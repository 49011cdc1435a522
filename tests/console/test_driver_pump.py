"""What is written when: raw text in order, one frame in flight, newer frames in place of older ones."""

import os
import select
from collections.abc import Iterator
from contextlib import contextmanager

from mlops_console.console.driver.pump import BEGIN, END, QUERY, Pump


class Frames:
    """Hands out the newest frame."""

    def __init__(self) -> None:
        self.newest = ""

    def difference(self) -> str:
        taken, self.newest = self.newest, ""
        return taken


@contextmanager
def pumping() -> Iterator[tuple[Pump, Frames, int]]:
    read_end, write_end = os.pipe()
    frames = Frames()
    pump = Pump(write_end, frames.difference)
    pump.start()
    try:
        yield pump, frames, read_end
    finally:
        pump.stop()
        os.close(write_end)
        os.close(read_end)


def arrived(descriptor: int, seconds: float = 5.0) -> str:
    ready, _, _ = select.select([descriptor], [], [], seconds)
    return os.read(descriptor, 65536).decode() if ready else ""


def draw(pump: Pump, frames: Frames, text: str) -> None:
    with pump.lock:
        frames.newest = text
        pump.frame()


def test_raw_text_comes_before_the_frame_behind_it() -> None:
    with pumping() as (pump, frames, end):
        with pump.lock:
            pump.raw("\x1b]52;c;aGk=\x07")
            frames.newest = "FRAME"
            pump.frame()
        got = arrived(end)
        while "FRAME" not in got:
            got += arrived(end)
        assert got == "\x1b]52;c;aGk=\x07FRAME"


def test_the_next_frame_waits_for_the_answer_and_is_the_newest() -> None:
    with pumping() as (pump, frames, end):
        assert pump.answered()
        draw(pump, frames, "one")
        assert arrived(end) == f"{BEGIN}one{END}{QUERY}"
        draw(pump, frames, "two")
        draw(pump, frames, "three")
        assert arrived(end, 0.1) == ""
        assert not pump.answered()
        assert arrived(end) == f"{BEGIN}three{END}{QUERY}"


def test_raw_text_does_not_wait_for_an_answer() -> None:
    with pumping() as (pump, frames, end):
        pump.answered()
        draw(pump, frames, "one")
        arrived(end)
        with pump.lock:
            pump.raw("bell")
        assert arrived(end) == "bell"


def test_a_terminal_that_does_not_answer_is_paced_by_a_timer() -> None:
    with pumping() as (pump, frames, end):
        draw(pump, frames, "one")
        assert arrived(end) == "one"
        draw(pump, frames, "two")
        assert arrived(end) == "two"


def test_what_is_left_is_written_before_the_end() -> None:
    with pumping() as (pump, frames, end):
        pump.answered()
        draw(pump, frames, "one")
        arrived(end)
        draw(pump, frames, "two")
        with pump.lock:
            pump.raw("last words")
        pump.stop()
        got = arrived(end)
        assert got.startswith("last words")
        assert "two" in got


def test_a_terminal_that_is_gone_ends_the_thread_quietly() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    pump = Pump(write_end, lambda: "")
    pump.start()
    with pump.lock:
        pump.raw("nobody hears")
    pump.stop()
    os.close(write_end)
