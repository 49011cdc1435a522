"""What the keys do to the charts of a run's page."""

from textual.screen import Screen

from mlops_console.console.run.body import RunBody


class ChartKeys(Screen[None]):
    """The actions that work on the chart in focus, or on all of them."""

    @property
    def body(self) -> RunBody:
        """What lies under the section names."""
        return self.query_one(RunBody)

    def charts_moved(self) -> None:
        """Other charts may be in view now; the page knows what that asks for."""
        self.body.moved()

    def action_chart(self, step: int) -> None:
        """The next or previous chart."""
        self.body.curves.move(step)
        self.charts_moved()

    def action_zoom(self) -> None:
        """The chart alone, or all of them."""
        self.body.curves.turn(zoom=True)
        self.charts_moved()

    def action_log(self) -> None:
        """Log axis of this chart."""
        self.body.curves.turn(log=True)
        self.body.moved()

    def action_smooth(self) -> None:
        """The next amount of smoothing."""
        self.body.curves.smoother()
        self.body.moved()

    def action_time(self) -> None:
        """Steps, time since the start, time of day."""
        self.body.curves.turn(time=True)
        self.body.moved()

    def action_focus_curve(self) -> None:
        """One curve bright."""
        self.body.curves.next_bright()
        self.body.moved()

    def action_cursor(self, step: int) -> None:
        """Read values."""
        self.body.curves.step_cursor(step, self.body.laid.width)
        self.body.moved()

    def action_nearer(self, step: int) -> None:
        """Zoom the x axis."""
        self.body.curves.nearer(step)
        self.body.moved()

    def action_pan(self, step: int) -> None:
        """Move the window to the left or right."""
        self.body.curves.pan(step)
        self.body.moved()

    def action_write(self) -> None:
        """The chart as an SVG file."""
        words, ink = self.body.charts.write()
        self.body.say(words, ink)

    def action_reset(self) -> None:
        """The whole run."""
        self.body.curves.reset()
        self.body.moved()
