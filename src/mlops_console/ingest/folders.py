"""Looking at one folder: list it when it moved, prune, ask the readers; what can't be read is a Problem."""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from time import time_ns

from mlops_console.beneath import why_not
from mlops_console.ingest.claims import QUIETLY_GONE, Claims, Listing, Verdict, heads_hold, remembered_form
from mlops_console.ingest.fingerprint import Stats
from mlops_console.ingest.in_hand import HandPage
from mlops_console.ingest.messages import Open
from mlops_console.ingest.prune import Pruning
from mlops_console.ours import JOURNAL, OURS
from mlops_console.readers.registry import LINK, TELLING
from mlops_console.records import Problem
from mlops_console.settings import PROJECT_FILE

_TRUSTED_AFTER_NS = 2_000_000_000
"""A listing is kept only if the folder had been quiet for so long: its time moves in ticks."""


@dataclass(slots=True)
class Node:
    """What is remembered of a folder."""

    identity: tuple[int, int]
    times: tuple[int, int]
    """When names in it, and when its permissions, changed last."""
    trusted: bool
    folders: tuple[str, ...]
    """Names of the folders in it that are looked at."""
    verdict: Verdict | None
    walk: int = 0
    """The number of the walk that met it last."""
    problems: tuple[Problem, ...] = ()

    def children(self, path: str) -> list[str]:
        """The paths of the folders in it."""
        return list(self.folders) if path == "." else [f"{path}/{name}" for name in self.folders]


class Folders:
    """The folders of one project."""

    def __init__(self, order: Open, claims: Claims, hand: HandPage) -> None:
        self.root = order.root.rstrip("/")
        """Absolute, without the slash at its end: empty when the project is `/`."""
        self.nodes: dict[str, Node] = {}
        self.unread: dict[str, Problem] = {}
        """Folders that could not be read when they were last looked at."""
        self.looks = dict(order.looks)
        self.stats = Stats(self.root)
        self._order = order
        self._claims = claims
        self._hand = hand
        self._pruning = Pruning(order.root, order.prune)
        self._paths: dict[tuple[int, int], str] = {}

    def full(self, path: str) -> str:
        """The absolute path."""
        return (self.root or "/") if path == "." else f"{self.root}/{path}"

    def may_enter(self, path: str) -> bool:
        """Whether the folder's name lets it be looked at."""
        if path == ".":
            return True
        above, _, name = path.rpartition("/")
        return path not in self._order.skip and not self._pruning.by_name(
            path, name, above.rpartition("/")[2]
        )

    def visit(self, path: str, depth: int) -> Node | None:
        """Bring what is known of a folder up to date; None when there is nothing to go into."""
        full = self.full(path)
        old = self.nodes.get(path)
        self._hand.take(-1, path)
        try:
            found = Path(full).stat() if path == "." else os.lstat(full)
            identity = (found.st_dev, found.st_ino)
            self.stats.forget()
            self.stats.know(path, found)
            if not stat.S_ISDIR(found.st_mode) or self._met_elsewhere(path, identity):
                return None
            if old is not None and self._holds(path, old, found):
                self.unread.pop(path, None)
                return old
            node = self._listed(path, depth, found, old)
        except OSError as error:
            # A folder that is gone is quietly gone; one that can't be read keeps what is known of it.
            if error.errno not in QUIETLY_GONE:
                reason = (
                    "is empty: what was mounted there is not"
                    if error.errno == errno.ENODEV
                    else why_not(error)
                )
                self.unread[path] = Problem(path, f"the folder {reason}")
            return None
        self.unread.pop(path, None)
        self.nodes[path] = node
        self._paths[identity] = path
        return node

    def drop(self, path: str) -> Node | None:
        """Forget a folder."""
        node = self.nodes.pop(path, None)
        if node is not None and self._paths.get(node.identity) == path:
            del self._paths[node.identity]
        return node

    def below(self, path: str) -> Iterator[str]:
        """The remembered folders from this one down."""
        within = "" if path == "." else path + "/"
        return (one for one in list(self.nodes) if one == path or one.startswith(within))

    def _holds(self, path: str, node: Node, found: os.stat_result) -> bool:
        if not node.trusted or node.identity != (found.st_dev, found.st_ino):
            return False
        if node.times != (found.st_mtime_ns, found.st_ctime_ns):
            return False
        return node.verdict is None or heads_hold(self.stats, path, node.verdict)

    def _listed(self, path: str, depth: int, found: os.stat_result, old: Node | None) -> Node:
        full = self.full(path)
        files, folders, odd, links = self._names(full)
        if old is not None and old.identity[0] != found.st_dev and not files and not folders:
            raise OSError(errno.ENODEV, "not mounted")
        matched = list(filter(self._claims.match, files))
        trusted = abs(time_ns() - found.st_mtime_ns) > _TRUSTED_AFTER_NS
        times = (found.st_mtime_ns, found.st_ctime_ns)
        node = Node((found.st_dev, found.st_ino), times, trusted, (), None)
        if depth and self._pruning.by_content(full, files, folders, matched=bool(matched)):
            return node
        if matched:
            look = self.looks.pop(path, None)
            if old is not None and old.verdict is not None and old.verdict.stamp:
                look = remembered_form(old.verdict)
            node.verdict = self._claims.judge(
                self.root, self.stats, Listing(path, files, folders), matched, look
            )
            node.problems = node.verdict.problems
        if depth:
            node.problems += self._of_its_own(path, files, folders)
        name = path.rpartition("/")[2]
        within = Listing(path, (), ()).within
        strange = filter(self._claims.match, odd)
        node.problems += tuple(Problem(within(one), "is not a regular file; left out") for one in strange)
        node.problems += tuple(Problem(within(one), LINK) for one in sorted(links))
        inner = sorted(one for one in folders if not self._pruning.by_name(within(one), one, name))
        if inner and depth >= self._order.max_depth:
            words = f"lies {depth} folders deep; the folders in it are not looked at"
            node.problems += (Problem(path, words),)
        else:
            node.folders = tuple(one for one in inner if within(one) not in self._order.skip)
        return node

    def _of_its_own(self, path: str, files: list[str], folders: list[str]) -> tuple[Problem, ...]:
        """What says that it is a project, read as part of this one; a run may keep a copy of one."""
        if PROJECT_FILE in files:
            said = PROJECT_FILE
        elif OURS in folders and Path(self.root, path, JOURNAL).is_dir():
            said = JOURNAL
        else:
            return ()
        above = path.rpartition("/")[0]
        while above:
            node = self.nodes.get(above)
            if node is not None and node.verdict is not None and node.verdict.sources:
                return ()
            above = above.rpartition("/")[0]
        words = (
            "is of a project of its own, but its folder is not watched: its runs are shown here, its wishes"
            f" and decisions are not used; `mlops-console {quote(self.full(path))}` watches it"
        )
        return (Problem(f"{path}/{said}", words),)

    def _names(self, full: str) -> tuple[list[str], list[str], list[str], list[str]]:
        """Names of the regular files, of the folders, of what is neither, and of links that hide runs."""
        files: list[str] = []
        folders: list[str] = []
        odd: list[str] = []
        links: list[str] = []
        with os.scandir(full) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    files.append(entry.name)
                    if not len(files) & 4095:
                        self._hand.beat()
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif not entry.is_symlink():
                    odd.append(entry.name)
                elif entry.name in TELLING:
                    links.append(entry.name)
        return files, folders, odd, links

    def _met_elsewhere(self, path: str, identity: tuple[int, int]) -> bool:
        """Whether this folder is another path's as well (a bind mount, perhaps in a loop)."""
        other = self._paths.get(identity)
        if other is None or other == path:
            return False
        try:
            found = os.lstat(self.full(other))
        except OSError:
            return False
        return (found.st_dev, found.st_ino) == identity
