"""What follows the death of the reader child: who is to blame, and what has to be asked for again."""

from typing import TYPE_CHECKING

from mlops_console.ingest.messages import Batch, Look, Open, Scan
from mlops_console.ingest.project_state import DEADLY, Entry
from mlops_console.records import Problem

if TYPE_CHECKING:
    from mlops_console.ingest.child_process import ChildDiedError
    from mlops_console.ingest.intake import Intake


def record(intake: "Intake", death: "ChildDiedError") -> None:
    """Note what the child died on, and ask again for all the rest."""
    for request in death.asked:
        match request:
            case Batch():
                for order in request.orders:
                    intake.backlog.add(intake.entry(order))
            case Look():
                for folder, below in request.folders:
                    intake.look(request.project, folder, below=below)
            case _:
                pass
    match death.at:
        case Batch() as batch if 0 <= death.hand.place < len(batch.orders):
            _blame_source(intake, intake.entry(batch.orders[death.hand.place]), death)
        case (Scan() | Look() | Open()) as request if death.hand.path:
            _blame_folder(intake, request.project, death)
        case _:
            pass
    for key in intake.states:
        # A new child knows nothing: what moved while nobody looked shows in a walk.
        intake.scan(key)


def forgive(intake: "Intake", entry: Entry) -> None:
    """The source changed or was read: what it did before no longer counts."""
    entry.deaths = 0
    intake.write(lambda: intake.store.clear_deaths(entry.project, entry.source))


def _blame_source(intake: "Intake", entry: Entry, death: "ChildDiedError") -> None:
    what = f"the reader {entry.source.reader} stopped on it: {death.how}"
    entry.deaths = intake.write(lambda: intake.store.note_death(entry.project, entry.source, what))
    if entry.deaths >= DEADLY:
        intake.backlog.discard(entry)
        intake.quarantine(entry, f"{what}; left alone until it changes")


def _blame_folder(intake: "Intake", key: str, death: "ChildDiedError") -> None:
    state = intake.states[key]
    path = death.hand.path
    state.strikes[path] = state.strikes.get(path, 0) + 1
    if state.strikes[path] >= DEADLY or death.hangs:
        words = "does not answer" if death.hangs else "makes the readers stop"
        state.skip[path] = Problem(path, f"the folder {words}; left alone until the console is started again")
