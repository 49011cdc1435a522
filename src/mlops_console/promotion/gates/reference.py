"""The documentation of all gates, from what they say of themselves.

`python -m mlops_console.promotion.gates.reference > docs/gates.md`
"""

import sys
import textwrap
from typing import Final

from mlops_console.promotion.gates import BUILT_IN, gates
from mlops_console.promotion.gates.words import BuiltIn

_HEAD: Final = """\
# Gates

A gate is a condition that a version meets before an alias moves to it. A project lists them per model and
alias in `mlops-console.toml`; only these are asked, and `integrity` always:

```toml
[models.churn]
metric = "auc"
goal = "max"

[models.churn.gates.champion]
require = ["auc >= 0.85", "auc >= champion - 0.002"]
significant = true
approvals = 1
clean_git = true
```

`[gates.champion]` holds for every model of the project; a model's own table comes before it, key by key,
and `false` switches a gate off that holds for all.

Each gate answers **pass**, **fail** or **unknown**. Unknown never passes: what nobody can tell is no
reason to change what is in use. A key that can't be understood is unknown too, with its mistake; so is a
table that can't be read. `promote` refuses when a gate fails or can't tell, unless somebody allows it with
a reason, which is shown for ever.

```console
$ mlops-console gates churn@4 --for champion
Gates of churn v4  against champion v3  3 of 5 pass
   gate                               measured  required        evidence
✓  require: auc >= 0.85                  .9171  >=  .85         last of 60
✓  require: auc >= champion - 0.002      .9171  >=  .9111       v3 has .9131
✗  significant                           .21    p < .05         5 seeds
?  clean_git                                 -  clean
✓  integrity                            intact  as registered   1 file, 18 MB

✗ significant: Not shown to be better than v3 on `auc`: Higher by .0040 …
? clean_git: The state of the code was not captured when the run started: …
```

It exits 0 when all pass, 1 when one fails or can't tell, 2 when they could not be asked. `--json` prints
one object with the gates and all that they saw. The same evidence goes into the journal with the decision.

What a gate looks at was recorded when the version was registered, so that it answers the same after the
run's folder is gone. Three look at what is there now: `integrity` and `safe` at the model's files,
`significant` and `slices` at the runs of both versions in the store and at their predictions.

The version that holds the alias can be asked as well, again and again. What would compare it with the holder
(`significant`, `slices`, a `require` that names the alias) passes with *holds it already*: there is nothing
to compare it with, and the move that put it there went past these gates. Only that very version passes so,
never another one of the same run, nor one whose move is contested.

A version that is *external* (a hosted API, registered with its evaluation) has no files: `integrity`,
`safe` and `size` pass with *nothing to check*. Nothing is known of its code, data and environment: these
are unknown.

"""
_TAIL: Final = """\
## Gates of your own

A script is a gate by `command`. A package brings one by an entry point:

```toml
[project.entry-points."mlops_console.gates"]
calibration = "my_package.gates:Calibration"
```

The object (or class) has `name` (as the entry point), `needs` (parts of the evidence: `metrics`,
`comparison`, `slices`, `approvals`, `run`, `integrity`, `description`, `card`), `about`, `example`,
`mistakes(wish)` and `check(wish, evidence)`, which returns a list of
`mlops_console.promotion.model.GateResult`. It opens nothing and asks nobody. `pytest
tests/conformance/test_gates_conform.py` holds it to what every gate must hold. It is imported only where a
project lists it, and whatever is wrong with it is unknown, with a sentence.
"""


def reference() -> str:
    """The whole document."""
    known = gates()
    parts = []
    for name in BUILT_IN:
        gate = known[name]
        assert isinstance(gate, BuiltIn)
        example = "" if gate.always else f"```toml\n{gate.example}\n```\n\n"
        sees, unknown = _sentence(gate.sees), _sentence(gate.unknown_when)
        parts.append(
            f"## {name}\n\n{gate.about}\n\n{example}"
            f"{_wrapped(f'**Looks at** {sees}')}\n\n{_wrapped(f'**Unknown** when {unknown}')}\n\n"
        )
    return _HEAD + "".join(parts) + _TAIL


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 107, break_long_words=False, break_on_hyphens=False)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


if __name__ == "__main__":
    sys.stdout.write(reference())
