"""Takes the pictures in this folder: the console on the sample projects, with trainings running beside them.

    .venv/bin/python docs/screenshots.py

Pictures are SVG files that ask for nothing from elsewhere.
"""

import asyncio
import getpass
import os
import platform
import pwd
import re
import shutil
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from mlops_console.console.app import ConsoleApp
    from mlops_console.journal.registry import Version
    from mlops_console.workspace import Workspace

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "sample_projects"))

import demo  # noqa: E402  (the sample projects are no package)

SIZES = {
    "overview-120x36": (120, 36),
    "drift-120x36": (120, 36),
    "runs-160x45": (160, 45),
    "runs-80x24": (80, 24),
    "run-120x36": (120, 36),
    "compare-120x36": (120, 36),
    "models-120x36": (120, 36),
}
WARM_UP_SECONDS = 25.0
"""Until the trainings have curves to show."""


def shown_first() -> list[Path]:
    """The folders of the first pictures: nothing is in production yet."""
    return [demo.HERE / one.name if one == demo.FLIGHTS else one for one in demo.projects()]


async def take(name: str, keys: tuple[str, ...], theme: str = "dark") -> None:
    """One picture, after these keys."""
    from mlops_console.console.app import ConsoleApp
    from mlops_console.settings import UserSettings
    from mlops_console.workspace import open_workspace

    store = str(demo.PLACE / "store.duckdb")
    app = ConsoleApp(
        lambda: open_workspace(shown_first(), store, watch=True), settings=UserSettings(theme=theme)
    )
    async with app.run_test(size=SIZES[name]) as pilot:
        await pilot.pause(WARM_UP_SECONDS if name == "runs-160x45" else 4.0)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.3)
        await pilot.pause(1.5)
        picture = app.export_screenshot(title="mlops-console")
    app.close_workspace()
    keep(name, picture)


async def morning(name: str, view: str, wanted: tuple[str, ...], keys: tuple[str, ...] = ()) -> None:
    """A view of the flights in production and all that is beside them, once it shows what it should."""
    from mlops_console.console.app import ConsoleApp
    from mlops_console.settings import UserSettings
    from mlops_console.workspace import open_workspace

    app = ConsoleApp(
        lambda: open_workspace(demo.projects(), str(demo.STORE), watch=True),
        settings=UserSettings(theme="dark"),
        view=view,
    )
    async with app.run_test(size=SIZES[name]) as pilot:
        await shown(app, pilot, wanted[:1])
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.5)
        await shown(app, pilot, wanted)
        await pilot.pause(3.0)
        picture = app.export_screenshot(title="mlops-console")
    app.close_workspace()
    keep(name, picture)


async def shown(app: "ConsoleApp", pilot: "Pilot[int]", texts: tuple[str, ...]) -> None:
    """Wait until these are on the screen, two minutes at most."""
    for _ in range(1_200):
        strips = app.screen._compositor.render_strips()  # noqa: SLF001 - no public way
        screen = "\n".join("".join(segment.text for segment in strip) for strip in strips)
        if all(text in screen for text in texts):
            return
        await pilot.pause(0.1)
    raise SystemExit(f"{texts} never came")


async def compare(name: str, groups: tuple[str, ...]) -> None:
    """The Compare screen on groups of the flights' runs, once everything is judged."""
    from mlops_console.console.app import ConsoleApp
    from mlops_console.console.compare.screen import CompareScreen
    from mlops_console.settings import UserSettings
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.columns import FIELDS
    from mlops_console.workspace.comparing.model import Asked
    from mlops_console.workspace.runs import RunQuery, load

    flights, store = demo.HERE / "flight-delays", str(demo.PLACE / "flights.duckdb")
    where = " or ".join(f"group:{group}" for group in groups)
    with open_workspace([flights], store) as workspace:
        workspace.scan()
        frame = load(workspace, RunQuery(where=where, sort=(("age", True),)), [FIELDS["name"]])
    asked = Asked(tuple(map(str, frame.ids)), by="group")

    class App(ConsoleApp):
        def first_screen(self) -> CompareScreen:
            return CompareScreen(asked)

    app = App(lambda: open_workspace([flights], store), settings=UserSettings(theme="dark"))
    async with app.run_test(size=SIZES[name]) as pilot:
        for _ in range(600):
            await pilot.pause(0.1)
            if app.screen.body.complete:
                break
        await pilot.pause(1.5)
        picture = app.export_screenshot(title="mlops-console")
    app.close_workspace()
    keep(name, picture)


async def models(name: str) -> None:
    """The Models screen in the middle of the story of promote.md: v1 is served, the gates refuse v2."""
    from mlops_console.console.app import ConsoleApp
    from mlops_console.settings import UserSettings
    from mlops_console.workspace import open_workspace

    flights, store = demo.PLACE / "flights", str(demo.PLACE / "models.duckdb")
    shutil.copytree(demo.HERE / "flight-delays", flights)
    wishes = flights / "mlops-console.toml"
    # The second user of the story is not here to approve anything.
    wishes.write_text(wishes.read_text().replace("approvals = 1\n", ""))
    with open_workspace([flights], store) as workspace:
        workspace.scan()
        begin_story(workspace)
    app = ConsoleApp(
        lambda: open_workspace([flights], store, watch=True), settings=UserSettings(theme="dark")
    )
    async with app.run_test(size=SIZES[name]) as pilot:
        await pilot.pause(4.0)
        await pilot.press("4")
        for _ in range(600):
            await pilot.pause(0.1)
            if app.screen.body.complete:
                break
        await pilot.pause(1.5)
        picture = app.export_screenshot(title="mlops-console")
    app.close_workspace()
    keep(name, picture)


def begin_story(workspace: "Workspace") -> None:
    """A baseline that is promoted and served, and one that would like to be."""
    from mlops_console.workspace.deciding.deciding import promote
    from mlops_console.workspace.deploying.deploying import deploy
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.registering.registering import register

    project = workspace.projects[0]

    def named(version: "Version") -> Resolved:
        return Resolved(project, workspace.decisions.registry(project.key).models["delays"], version)

    first = register(workspace, "delays", run="logreg-s1", reason="the baseline")
    promote(workspace, named(first), "champion", "something to begin with")
    deploy(workspace, named(first), "tower", alias="champion")
    register(workspace, "delays", run="gbm-s1", reason="scores higher")


def keep(name: str, picture: str) -> None:
    """Without what is of this machine, or asked for from elsewhere."""
    who = f"{getpass.getuser()}@{socket.gethostname()}"
    picture = picture.replace(who, "ana@lab")
    user = getpass.getuser()
    picture = picture.replace(f">{user}&#160;", f">ana{'&#160;' * (len(user) - 3)}&#160;")
    picture = re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL)
    (HERE / f"{name}.svg").write_text(picture, encoding="utf-8")


async def take_all() -> None:
    """All pictures, in one session of trainings."""
    await take("runs-160x45", ("j", "j", "j", "j", "j", "space", "j", "space", "j", "space", "k"))
    await take("runs-80x24", ("space", "j", "j", "space", "j"))
    await take("run-120x36", ("enter",))
    await compare("compare-120x36", ("gbm", "gbm-no-weather"))
    await models("models-120x36")
    demo.production()
    await morning("overview-120x36", "overview", ("harmful", "Production"))
    await morning("drift-120x36", "overview", ("harmful", "share of rows"), ("enter",))


if __name__ == "__main__":
    os.environ.pop("NO_COLOR", None)
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    platform.node = lambda: "lab"
    here = pwd.getpwuid(os.getuid())
    ana = pwd.struct_passwd(("ana", *here[1:]))
    pwd.getpwuid = lambda _: ana
    demo.put_back_times()
    with demo.place(), demo.trainings():
        asyncio.run(take_all())
