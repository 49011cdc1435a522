"""How a project stands: who may decide there and why, what is asked of them, what waits for this user."""

import os
import shlex
import stat
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from mlops_console import beneath, pointer
from mlops_console.display import size
from mlops_console.errors import ConsoleError
from mlops_console.journal.authors import group_name, user_name
from mlops_console.journal.folders import is_shared
from mlops_console.journal.places import place_of
from mlops_console.ours import JOURNAL, OURS, pointer_of
from mlops_console.wishes.model import ModelWishes, Wishes
from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace.copies import wrong_copies
from mlops_console.workspace.deciding.people import People, people_of
from mlops_console.workspace.trust import pending

if TYPE_CHECKING:
    from mlops_console.journal.registry import Registry
    from mlops_console.records import Project
    from mlops_console.workspace.opening import Workspace

_ACCESS_LISTS: Final = "system.posix_acl_access"
_LISTED: Final = 20


def standing(workspace: "Workspace", project: "Project") -> dict[str, Any]:
    """Facts about one project, each a text, a number or a list of texts; never fails for what is there."""
    wishes = read_wishes(project.root)
    facts = {**_journal(workspace, project), **_asked_for(wishes)}
    try:
        registry = workspace.decisions.registry(project.key)
    except (ConsoleError, OSError) as error:
        facts["decided"] = f"can't be told: {error}"
    else:
        facts["models"] = len(registry.models)
        facts["events"] = registry.events
        facts["aliases"] = _pointers(project.root, registry) or "in line with the journal"
        facts["copies"] = wrong_copies(project.root, registry) or "as they were registered"
        facts["not_in_use"] = _not_in_use(project.root, registry) or "no copy of a model"
        facts["targets"] = _targets(workspace, project) or "as they were deployed"
        strangers = [name for name in wishes.models if name not in registry.models]
        if strangers and registry.models:
            facts["never_registered"] = strangers
    waiting = pending(workspace, project)
    facts["not_trusted"] = [f"{one.key}: {one.command.text}" for one in waiting]
    return facts


def wrong_with(project: "Project", facts: Mapping[str, Any]) -> Iterator[str]:
    """What of it somebody should do something about, a sentence each."""
    if facts.get("journal") == "private":
        yield (
            f"{project.root} can't be written by you: what you decide there is kept among your own files,"
            " and nobody else sees it"
        )
    for name in ("aliases", "copies", "targets"):
        if isinstance(facts.get(name), list):
            for said in facts[name]:
                yield f"{project.root}: {said}"
    names = facts.get("never_registered", ())
    if names:
        yield (
            f"{project.root}/mlops-console.toml: nobody has registered {', '.join(names)};"
            " a misspelt name keeps its gates from holding"
        )


def _journal(workspace: "Workspace", project: "Project") -> dict[str, Any]:
    place = place_of(project.root, project.key, workspace.places)
    for below in (JOURNAL, OURS, "."):
        try:
            fd = beneath.open_folder(project.root, below)
        except OSError:
            continue
        try:
            seen = os.fstat(fd)
            lists = _ACCESS_LISTS in os.listxattr(fd)
        except OSError:
            lists = False
        finally:
            os.close(fd)
        break
    else:
        return {"journal": "private" if place.private else "not there", "folder": str(place.folder.path)}
    group, owner = group_name(seen.st_gid), user_name(seen.st_uid)
    shared = is_shared(seen.st_mode)
    kind = f"shared with the group {group}" if shared else "in the project"
    return {
        "journal": "private" if place.private else kind,
        "folder": str(place.folder.path),
        "owner": owner,
        "group": group,
        "mode": stat.filemode(seen.st_mode),
        "may_decide": _who(people_of(project.root), owner) + ("; an access list says more" if lists else ""),
    }


def _who(people: People, owner: str) -> str:
    """Who may write there, as the folder's mode has it."""
    if people.everyone:
        return "every user of this machine"
    if people.group:
        others = people.others(owner)
        listed = ", ".join(others[:_LISTED]) + (" and more" if len(others) > _LISTED else "")
        nobody = "nobody can say who is in it" if people.unlisted else "nobody else is in it"
        return f"{owner}, and the group {people.group}: {listed or nobody}"
    return f"{owner} alone (mlops-console init --shared GROUP lets others)"


def _asked_for(wishes: Wishes) -> dict[str, Any]:
    """What the file asks of who decides."""
    rules = [
        f"{model.name or 'any other model'}, {alias}: {_approvals(table)}"
        for model in _told(wishes)
        for alias, table in model.gates.items()
        if table.get("approvals")
    ]
    return {
        "approvals": rules or "none are asked for: who may write decides alone",
        "owners": (
            "enforced: an author whom the file's owner does not prove is an error"
            if wishes.owners == "enforce"
            else "noted: an author whom the file's owner does not prove is a note"
        ),
    }


def _told(wishes: Wishes) -> tuple[ModelWishes, ...]:
    return (*wishes.models.values(), wishes.usual)


def _approvals(table: Mapping[str, Any]) -> str:
    wish = table["approvals"]
    if isinstance(wish, bool) or not isinstance(wish, int):
        return "can't be understood, so nothing passes"
    return "1 other user must approve" if wish == 1 else f"{wish} other users must approve"


def _pointers(root: str, registry: "Registry") -> list[str]:
    """Aliases whose pointer is not what was decided: code that loads a model by it gets another version."""
    wrong = []
    for model in registry.models.values():
        for state in model.aliases.values():
            if state.version is None:
                continue
            below = pointer_of(model.name, state.alias)
            try:
                said = pointer.read_object(root, below)
            except OSError as error:
                wrong.append(
                    f"{model.name}@{state.alias} can't be loaded by name: {below} {beneath.why_not(error)}"
                )
                continue
            if said.get("version_id") != state.version.id:
                wrong.append(
                    f"{model.name}@{state.alias} is v{state.version.number} in the journal, and"
                    f" v{said.get('version')} for code that loads it by name: {below}"
                )
    return wrong


def _not_in_use(root: str, registry: "Registry") -> list[str]:
    """Copies of models that nothing refers to, each with its size and the command that removes it."""
    from mlops_console.promotion.kept import not_in_use

    registered = {(one.model, one.sha256) for model in registry.models.values() for one in model.versions}
    return [
        f"{size(octets) if octets else 'size not known'}: rm -r {shlex.quote(str(copy))}"
        for copy, octets in not_in_use(root, registered)
    ]


def _targets(workspace: "Workspace", project: "Project") -> list[str]:
    """Folders that are not what was deployed to them."""
    from mlops_console.workspace.deploying.targets import targets

    return [
        f"{state.model} in {state.name}: {said}"
        for state in targets(workspace, project)
        for said in (*state.problems, *state.notes)
    ]
