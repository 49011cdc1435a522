"""The doors of the workspace that the Runs screen uses, in one place."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mlops_console.console.runs.loading import Source
from mlops_console.console.runs.view import RunsView
from mlops_console.workspace import columns, details, layouts, notes, runs

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.details import RunDetail

SETTLED_SECONDS: Final = 3.0
"""Proposed columns are thought over at most this often: a table must not reshuffle under the eyes."""
FEW_COLUMNS: Final = 8
"""... but at once while the runs have not shown yet what there is."""


class WorkspaceSource(Source):
    """Answers out of a workspace; every method is called in a worker."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self._known: dict[str, Any] = {}
        self._proposed: Sequence[Any] = ()
        self._proposed_at = 0.0
        self._half_read = False
        """The columns were proposed while there was still something to read."""
        self._keeping = threading.Lock()

    def proposed(self) -> Sequence[Any]:
        """The columns to show where nobody has chosen."""
        few = len(self._proposed) < FEW_COLUMNS
        health = self._workspace.health
        reading = health.state == "scanning" or health.waiting > 0
        read_now = self._half_read and not reading
        if few or read_now or time.monotonic() - self._proposed_at > SETTLED_SECONDS:
            self._proposed = columns.default_columns(self._workspace)
            self._proposed_at = time.monotonic()
            self._half_read = reading
        return self._proposed

    def known(self, keys: Sequence[str]) -> Sequence[Any]:
        """Columns by key; unknown keys are left out."""
        if any(key not in self._known for key in keys):
            self._known |= columns.FIELDS
            self._known |= {info.column.key: info.column for info in self.infos()}
            for key in keys:
                name = key.partition(":")[2]
                if key not in self._known and f"metric:{name}" in self._known:
                    self._known[key] = columns.column_of(key)
        return [self._known[key] for key in keys if key in self._known]

    def infos(self) -> Sequence[Any]:
        """Every column there is."""
        return columns.columns_of(self._workspace)

    def load(self, view: RunsView, columns: Sequence[Any]) -> Any:
        """The runs of a view, in its order."""
        query = runs.RunQuery(where=view.where, sort=view.sort, archived=view.archived)
        return runs.load(self._workspace, query, columns)

    def resort(self, frame: Any, view: RunsView) -> Any:
        """The same runs in another order."""
        return frame.resort(view.sort)

    def sparks(self, frame: Any, key: str, rows: Sequence[int]) -> Sequence[bytes]:
        """The samples of some rows of a frame."""
        if not len(rows):
            return ()
        some = replace(frame, rows=frame.rows[list(rows)])
        return runs.sparks(self._workspace, some, key, 0, len(rows))

    def detail(self, run: str) -> "RunDetail":
        """All about a run."""
        return details.detail(self._workspace, run)

    def found(self, names: Sequence[str]) -> tuple[str, ...]:
        """Ids of runs named by id, path or name; UsageError says which is not there."""
        return tuple(dict.fromkeys(details.resolve(self._workspace, name) for name in names))

    def archive(self, ids: Sequence[str], archived: bool) -> None:
        """Archive or bring back."""
        self._workspace.archive(ids, archived)

    def forget(self, ids: Sequence[str]) -> None:
        """Forget runs."""
        self._workspace.forget(ids)

    def tag(self, ids: Sequence[str], name: str, value: str, on: bool) -> Callable[[], None]:
        """Give runs a tag, or take it away; answers with what takes that back."""
        workspace = self._workspace
        before = [(run, notes.user_tags(workspace, run).get(name)) for run in ids]
        notes.tag(workspace, ids, name, value, on)

        def back() -> None:
            without = [run for run, had in before if had is None]
            if without:
                notes.tag(workspace, without, name, on=False)
            for run, had in before:
                if had is not None:
                    notes.tag(workspace, (run,), name, had)

        return back

    def kept_view(self) -> RunsView | None:
        """The view that was kept."""
        layout = layouts.load_layout(self._workspace)
        if layout is None:
            return None
        default = RunsView()
        return RunsView(
            sort=layout.sort or default.sort,
            columns=layout.columns,
            pinned=layout.pinned or default.pinned,
            group=layout.group,
            archived=layout.archived,
        )

    def keep_view(self, view: RunsView) -> None:
        """Keep the view for the next time; not its filter, which would hide runs from tomorrow's eyes."""
        layout = layouts.Layout(
            columns=view.columns,
            pinned=view.pinned,
            sort=view.sort,
            group=view.group,
            archived=view.archived,
        )
        with self._keeping:
            layouts.save_layout(self._workspace, layout)
