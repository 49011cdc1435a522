"""The project's own script says yes."""

from collections.abc import Sequence
from typing import Any, Final

from mlops_console.display import duration, number
from mlops_console.promotion.gates.words import BuiltIn, mapping, shown
from mlops_console.promotion.model import CommandOutcome, Evidence, GateResult, Verdict
from mlops_console.wishes.model import Command

_SAID: Final = 300
_WORDS: Final = 60


def commands(wish: Any) -> tuple[Command, ...]:
    """The commands that the file names; none where it has a mistake."""
    return _read(wish)[0]


def _read(wish: Any) -> tuple[tuple[Command, ...], list[str]]:
    from mlops_console.wishes.commands import commands_of
    from mlops_console.wishes.locating import NOWHERE
    from mlops_console.wishes.tables import Mistakes

    mistakes = Mistakes(NOWHERE)
    found = commands_of(wish, ("command",), mistakes)
    wrong = [f"{one.what}{f': {one.hint}' if one.hint else ''}." for one in mistakes.found]
    if found is None or wrong:
        return (), wrong or [f"names no command: {shown(wish)}."]
    return found, []


class OwnCommand(BuiltIn):
    """Exit code and JSON of a script."""

    name = "command"
    needs = frozenset({"command"})
    example = 'command = { run = ["python", "checks/fair.py", "{path}"], timeout = 60 }'
    about = "The project's own command says yes: exit code 0, or 1 for no."
    sees = (
        "a list of words, a table with `run`, `timeout` and `cwd`, or a list of several of these. A command"
        " runs only after you have trusted its exact text (`mlops-console trust`); no shell reads it. It gets"
        " `{model}`, `{version}`, `{alias}` and `{path}` (the model's files) in its words, the same as"
        " `MLOPS_CONSOLE_MODEL`, `_VERSION`, `_ALIAS`, `_PATH`, and all evidence as JSON on its standard"
        " input; it has no terminal, and is ended with all that it started in its session when its time is"
        " up. The last line that it prints may be a JSON object with `measured`, `required`, `because` and"
        ' `verdict` ("pass", "fail", "unknown"); the worse of that and the exit code holds.'
    )
    unknown_when = (
        "nobody has trusted it, commands were not run, it could not start, took too long, or ended with"
        " another code than 0 and 1."
    )

    def mistakes(self, wish: Any) -> Sequence[str]:
        """What is no command."""
        return _read(wish)[1]

    def judged(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """One result for each command."""
        found = commands(wish)
        return [self._one(one, evidence, several=len(found) > 1) for one in found]

    def _one(self, command: Command, evidence: Evidence, *, several: bool) -> GateResult:
        words = " ".join(command.argv)
        about = words if len(words) <= _WORDS else words[: _WORDS - 1] + "~"
        about = about if several else ""
        outcome = evidence.commands.get(command.text)
        if outcome is None:
            return self.unknown(f"`{words[:_SAID]}` was not run.", required="exit 0", about=about)
        if not outcome.trusted:
            because = (
                f"It runs only after you have trusted it: see its text and say yes with"
                f" mlops-console trust. It is: {outcome.text[:_SAID]}."
            )
            return self.unknown(because, required="exit 0", evidence="not trusted", about=about)
        return self._ran(command, outcome, about)

    def _ran(self, command: Command, outcome: CommandOutcome, about: str) -> GateResult:
        told = mapping(outcome.output)
        took = duration(round(outcome.seconds * 1e6))
        required = _text(told.get("required")) or "exit 0"
        last = outcome.said.strip().splitlines()[-1:] or [""]
        said = f" It said: {last[0][:_SAID]}" if last[0] and not told.get("because") else ""
        if outcome.timed_out or outcome.exit_code is None:
            why = f"it was stopped after {command.seconds:g} s" if outcome.timed_out else "it did not run"
            because = f"The command gave no answer: {why}.{said}"
            return self.unknown(because, required=required, evidence=took, about=about)
        verdict = _worse(_of_code(outcome.exit_code), told.get("verdict"))
        measured = _text(told.get("measured")) or f"exit {outcome.exit_code}"
        reason = _text(told.get("because"))
        if not reason:
            answers: dict[Verdict, str] = {
                "pass": "The command says yes.",
                "fail": "The command says no.",
                "unknown": f"The command could not tell: it ended with {outcome.exit_code}.",
            }
            reason = answers[verdict] + said
        value = told.get("measured")
        kept = value if isinstance(value, int | float | str) else outcome.exit_code
        return self.said(
            verdict, measured, required, _sentence(reason), evidence=took, value=kept, about=about
        )


def _of_code(code: int) -> Verdict:
    return "pass" if code == 0 else "fail" if code == 1 else "unknown"


def _worse(by_code: Verdict, said: Any) -> Verdict:
    if said is None:
        return by_code
    order: tuple[Verdict, ...] = ("pass", "unknown", "fail")
    told: Verdict = said if said in order else "unknown"
    return max(by_code, told, key=order.index)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return " ".join(value.split())[:_SAID]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and value.bit_length() > 60:
        return "a large number"
    return number(value) if isinstance(value, int | float) else ""


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


GATE = OwnCommand()
