"""What keys do to the curves."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_console.console.compare.body import CompareBody


class CurveKeys:
    """A part of the screen: every one of these keys belongs to the Curves pane."""

    @property
    def body(self) -> "CompareBody":
        """What lies between header and footer."""
        raise NotImplementedError

    def action_focus_curve(self) -> None:
        """One curve bright."""
        self.body.curves.next_bright()

    def action_difference(self) -> None:
        """Curves as differences from the base."""
        self.body.curves.turn(difference=True)

    def action_log(self) -> None:
        """Log axis."""
        self.body.curves.turn(log=True)

    def action_time(self) -> None:
        """Steps or time."""
        self.body.curves.turn(time=True)

    def action_smooth(self) -> None:
        """The next amount of smoothing."""
        self.body.curves.smoother()

    def action_cursor(self, step: int) -> None:
        """Read values."""
        self.body.curves.step_cursor(step)

    def action_nearer(self, step: int) -> None:
        """Zoom the x axis."""
        self.body.curves.nearer(step)

    def action_pan(self, step: int) -> None:
        """Move the window."""
        self.body.curves.pan(step)

    def action_reset(self) -> None:
        """The whole curves."""
        self.body.curves.reset()

    def over_metric(self, key: str) -> str:
        """Another metric along x (nothing or `steps`: steps); why not, a sentence, where that can't be."""
        view = self.body.view
        metric = "" if key in ("", "steps") else key
        if metric and (view is None or view.comparison.metric(metric) is None):
            return f"None of them has a metric {key!r}"
        self.body.curves.over(metric)
        return ""
