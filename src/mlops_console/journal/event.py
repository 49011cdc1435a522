"""An event: what one person decided, when, knowing which events before. The format is in docs/journal.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mlops_console.records import Json

VERSION = 1

REGISTER = "register"
ALIAS = "alias"
APPROVE = "approve"
ALLOW = "allow"
NOTE = "note"
TAG = "tag"
DEPLOY = "deploy"
DEPLOYED = "deployed"
RETRACT = "retract"
BASELINE = "baseline"
ACKNOWLEDGE = "acknowledge"
MUTE = "mute"
REFERENCE = "reference"
SNOOZE = "snooze"
REVIEW = "review"
IMPORTANCE = "importance"
RETRAIN = "retrain"
RETRAINED = "retrained"


@dataclass(frozen=True, slots=True)
class Event:
    """One decision. Order is (clock, id); wall time is for people.

    What `body` holds, by kind (a *version id* is the id of the event that registered it; a *subject* is
    `{"run": {"path", "native", "name"}}`, or `{"model", "version_id", "version"}`):

    - `register`: `model`, `version` (the number claimed), `origin` (`run`, `path`, `mlflow`, `checkpoint`,
      `external`), `run` (`{"path", "native", "native_id", "name", "id"}` or null), `artifact` (relative to
      the project; null: external), `files` (`[{"path", "size", "sha256"}]`; empty where there are too many
      for one event, more than 2,000: `files_total` counts them all, `sha256` is over all), `sha256`, `size`,
      `format`, `copied` (whether the registry keeps its own copy), `signature` (`{"inputs", "outputs"}`),
      `from` (`{"model", "version_id", "version"}` of what it was fine-tuned from), `reason`, and what
      keeps it explainable without its run: `params`, `metrics` (key -> `{"last", "min", "max", "count"}`),
      `summary`, `datasets`, `code` (commit, branch, remote, dirty, untracked, script, diff_sha256),
      `environment` (packages, python …), `tags`, `status`, `started`, `ended`, `left_out` (part -> how many
      of its entries were too much for an event; only where some were); for an external one `evaluation` (as
      its author recorded it); for one adopted from MLflow `mlflow` (`{"model", "version", "stage"}`).
    - `alias`: `model`, `alias`, `version_id`, `version` (null: taken off), `from_version_id`, `from_version`
      (null: there was none), `way` (`promote`, `rollback`, `remove`, `adopt`), `reason`, `overridden`
      (names of failing gates), `gates` (list of GateResult as JSON); in `evidence` what the gates saw.
    - `approve`: `model`, `version_id`, `version`, `alias`, `reason`.
    - `allow`: the same and `gates` (names): these may fail for this move.
    - `note`: `subject`, `text`. `tag`: `subject`, `name`, `value` (null: taken off).
    - `deploy`: `model`, `version_id`, `version`, `alias`, `target`, `folder`, `sha256`, `from_sha256`.
      Written before the switch; `deployed` closes it: `deploy` (its id), `outcome` (`done`, `returned`,
      `refused`), `because`, `sha256` (what is current now).
    - `retract`: `event` (id), `reason`.
    - `baseline`: `model`, `version_id`, `version`, `sha256` and `size` (of its file below
      `.mlops-console/baselines`), `rows`, `columns`, `source` (`{"path", "sha256"}` of the data it was made
      from), `way` (`promote`, `command`), `reason`. The newest one of a version holds.
    - `acknowledge`: `monitor`, `window` (its name), `start` (epoch microseconds or null), `verdict`, `model`
      (verdict of the model or null), `features` (names of those that said DRIFT then), `reason`. Somebody
      has seen it: nothing is asked again until it is another alarm, or a worse one.
    - `mute`: `monitor`, `feature` (empty: all of it), `until` (epoch microseconds; null: no longer muted),
      `reason`.
    - `reference`: `monitor`, `window`, `replaces` (what the monitor was held against until then, a digest of
      its identity: the new one holds as long as it would be that), and of its file as `baseline` has it:
      `sha256`, `size`, `rows`, `columns`, `source`; `reason`. `sha256` null: back to what the file names.
    - `snooze`: `item` (key of what needs attention), `what` (its sentence then), `until` (null: woken),
      `reason`.
    - `review`: `model`, `kpi` (empty: all of them), `version` (or null), `value` (or null), `reason`.
      Somebody has looked at the figure and says so.
    - `importance`: `model`, `version_id`, `version`, `metric`, `features` (name -> `[mean, deviation]` of how
      much worse the model does with that column permuted), `left_out` (how many were too many for an
      event), `rows`, `repeats`, `sha256` (of the model), `source` (`{"path", "sha256"}` of the data).
    - `retrain`: `model`, `version_id`, `version` (what it is to succeed; both null: the model has none that
      stands anywhere), `monitor` and `window` (what it answers; both empty: no monitor), `command` (its exact
      text), `reason`. Written before the command is started; `retrained` closes it: `retrain` (its id),
      `outcome` (`done`, `failed`, `late`, `stopped`), `because`, `code` (null: a signal ended it), `seconds`.
    """

    v: int
    id: str
    """ULID: 26 characters, the first ten of them the time of writing."""
    clock: int
    """Lamport: one more than the highest its writer knew."""
    parents: tuple[str, ...]
    """SHA-256 (hex) of the bytes of every head that its writer knew."""
    at: int
    """Epoch microseconds."""
    by: str
    uid: int
    host: str
    kind: str
    body: Mapping[str, Json] = field(default_factory=dict)
    evidence: Mapping[str, Json] = field(default_factory=dict)
    sha256: str = ""
    """Of the file's bytes; what later events name as a parent. Not in the file."""
    proven: bool = True
    """The file's owner is `uid`. Not in the file."""

    @property
    def order(self) -> tuple[int, str]:
        """What sorts events."""
        return self.clock, self.id
