"""The Files section: the tree, and the preview of what the cursor rests on."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.console.page_stage import stage
from tests.console.standins_run import NOW, RUN, Answers, Entry, PageApp, sees
from tests.console.test_run_page import settled, shown, text

from mlops_console.console.run.screen import RunPage
from mlops_console.console.run.tree import first_folds, folders_of, tree
from mlops_console.errors import UsageError

FILES = ("tab",) * 4
names = st.text("abcXYZ019._- ", min_size=1, max_size=6).filter(lambda name: name.strip(". "))
paths = st.lists(names, min_size=1, max_size=60).map("/".join)


def entry(path, size=10):
    return Entry(path, size, NOW, "text")


@given(st.lists(paths, max_size=30, unique=True))
def test_every_file_is_a_row_and_folders_count_what_is_in_them(found):
    entries = [entry(path, index + 1) for index, path in enumerate(found)]
    rows = tree(entries, frozenset())
    assert sorted(row.path for row in rows if not row.folder) == sorted(found)
    top = [row for row in rows if row.depth == 0]
    assert sum(row.size for row in top) == sum(one.size for one in entries)
    assert sum(row.files if row.folder else 1 for row in top) == len(entries)
    folded = tree(entries, folders_of(entries))
    assert all(row.depth == 0 for row in folded)


@given(st.lists(paths, min_size=1, max_size=20, unique=True))
def test_a_search_finds_through_folded_folders(found):
    entries = [entry(path) for path in found]
    rows = tree(entries, folders_of(entries), found[0])
    assert found[0] in [row.path for row in rows]
    assert all(found[0].lower() in row.path.lower() for row in rows if not row.folder)


def test_folders_of_many_files_begin_folded_and_numbers_sort_as_numbers():
    many = [entry(f"shards/part-{index}.bin") for index in range(300)]
    assert len(tree(many, first_folds(many))) == 1
    rows = tree(many, frozenset())
    assert [row.name for row in rows[1:4]] == ["part-0.bin", "part-1.bin", "part-2.bin"]


def test_a_path_of_thousands_of_folders_is_a_row_too():
    rows = tree([entry("a/" * 2000 + "b")], frozenset())
    assert rows[-1].name.endswith("/b")
    assert len(rows) < 60


async def test_the_preview_follows_the_cursor_and_asks_only_where_it_rests():
    told = stage()
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        page = text(await shown(app, pilot, *FILES))
        assert "11 in" in page
        assert "checkpoints/" in page
        for _ in range(7):
            app.screen.body.files.move(1)
        await sees(app, pilot, "adamw")
        assert [path for path, _, _ in told.previews] == ["config.yaml"]


async def test_folders_fold_and_say_what_is_in_them():
    app = PageApp(stage())
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot, *FILES, "h")
        page = await sees(app, pilot, "epoch-20.ckpt")
        assert "checkpoints/  2 files" in page
        assert page.count("epoch-20.ckpt") == 1, "only in the pane"
        assert "epoch-20.ckpt" in text(await shown(app, pilot, "l", "l"))
        await shown(app, pilot, "h")
        assert app.screen.body.files.node.path == "checkpoints", "from a file to its folder"


async def test_on_a_small_terminal_enter_gives_the_preview_the_page_and_esc_takes_it_back():
    told = stage()
    app = PageApp(told)
    async with app.run_test(size=(80, 24)) as pilot:
        page = text(await shown(app, pilot, *FILES, "G"))
        assert "worker.log" in page
        assert not told.previews
        page = text(await shown(app, pilot, "enter"))
        assert "worker.log row 0" in page
        assert "worker.log row 0" not in text(await shown(app, pilot, "ctrl+d"))
        assert "row 999" in text(await shown(app, pilot, "G"))
        page = text(await shown(app, pilot, "escape"))
        assert "config.yaml" in page
        assert app.screen.run_id == RUN


async def test_dangerous_imports_of_a_model_are_told_and_images_are_drawn():
    app = PageApp(stage())
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot, *FILES, "j")
        await sees(app, pilot, "os.system")
        await shown(app, pilot, *"jjj")
        await sees(app, pilot, "▀")


async def test_the_path_is_copied_there():
    app = PageApp(stage())
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot, *FILES, *"jjjjjjj")
        page = text(await shown(app, pilot, "y"))
        assert app.clipboard == "/home/ana/churn/runs/sweep7/042/config.yaml"
        assert "Copied path" in page


async def test_search_shows_only_files_that_match():
    app = PageApp(stage())
    async with app.run_test(size=(120, 36)) as pilot:
        page = text(await shown(app, pilot, *FILES, "/", *"png", "enter"))
        assert "roc.png" in page
        assert "config.yaml" not in page
        assert "2 found" in page
        assert "config.yaml" in text(await shown(app, pilot, "escape"))


async def test_what_a_file_is_called_cannot_reach_the_terminal_raw():
    told = stage()
    told.files = (Entry("bad\x1b[31m\u202e/na\nme.txt", 3, NOW, "text"),)
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot, *FILES, "j")
        page = await sees(app, pilot, "row 0")
        assert "\x1b" not in page
        assert "\u202e" not in page
        assert "me.txt" in page


async def test_another_run_of_the_list_keeps_the_section():
    told = stage()
    app = PageApp(told, (RUN, "bbbb"))
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot, *FILES, *"jjjjjjj")
        await shown(app, pilot, "n")
        await settled(app, pilot)
        assert app.screen.body.section.name == "Files"
        assert app.screen.body.files.node.path == "config.yaml"


async def test_a_file_is_hashed_when_asked_for():
    told = stage()
    questions = replace(told.questions(), sha256=lambda _, run, path: f"hash of {path}")
    app = PageApp(told)
    app.first_screen = lambda: RunPage(RUN, (), questions)
    async with app.run_test(size=(120, 36)) as pilot:
        page = text(await shown(app, pilot, ":", *"sha256", "enter"))
        assert "Go to a file first" in page
        await shown(app, pilot, *FILES, "j", ":", *"sha256", "enter")
        await sees(app, pilot, "hash of checkpoints/epoch-20.ckpt")


async def test_what_cannot_be_asked_is_said_in_its_place():
    def broken(*_):
        raise UsageError("the viewer is gone")

    told = stage()
    questions = replace(told.questions(), files=broken, tail=broken, changes=broken)
    app = PageApp(told)
    app.first_screen = lambda: RunPage(RUN, (), questions)
    async with app.run_test(size=(80, 24)) as pilot:
        for section in ("log", "files", "history"):
            await shown(app, pilot, ":", *f"section {section}", "enter")
            await sees(app, pilot, "the viewer is gone")


def test_what_a_tool_keeps_for_itself_stands_last_under_one_heading():
    entries = [
        Entry("../meta.yaml", 212, NOW, "yaml", "mlflow"),
        Entry("artifacts/plot.png", 900, NOW, "image"),
        Entry("metrics/val_loss", 40, NOW, "text", "mlflow"),
        Entry("notes.md", 10, NOW, "text"),
        Entry("tags/mlflow.user", 3, NOW, "text", "mlflow"),
    ]
    rows = tree(entries, first_folds(entries))
    assert [row.name for row in rows] == ["artifacts", "plot.png", "notes.md", "read by MLflow"]
    assert rows[-1].files == 3
    unfolded = tree(entries, frozenset())
    assert [row.path for row in unfolded if not row.folder][2:] == [
        "../meta.yaml",
        "metrics/val_loss",
        "tags/mlflow.user",
    ]
    # Where there is nothing else it is what there is to see.
    alone = [entry for entry in entries if entry.read_by]
    assert len(tree(alone, first_folds(alone))) == 7


async def test_ten_thousand_files_of_a_tool_are_one_row_that_unfolds():
    told = stage()
    told.files = (
        *(Entry(f"metrics/layer{index}.norm", 40, NOW, "text", "mlflow") for index in range(10_000)),
        Entry("model.pkl", 10, NOW, "model"),
    )
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot, *FILES)
        await sees(app, pilot, "10,000 files")
        section = app.screen.body.files
        await shown(app, pilot, "j")
        assert section.node.books
        await shown(app, pilot, "enter")
        await sees(app, pilot, "metrics/")
        await shown(app, pilot, "j", "h")
        assert section.node.books


async def test_a_preview_that_nobody_waits_for_is_told_so():
    told = stage()
    asked = []

    def preview(_, run, path, width, height, wanted):
        asked.append((path, wanted))
        return Answers.preview(told, _, run, path, width, height, wanted)

    told.preview = preview
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot, *FILES, "G")
        await shown(app, pilot, "k")
        until_here = len(asked)
        await sees(app, pilot, asked[-1][0] + " row 0")
        path, wanted = asked[until_here - 1]
        assert wanted()
        await shown(app, pilot, "g")
        await settled(app, pilot)
        assert not wanted(), f"nobody looks at {path} any more"
