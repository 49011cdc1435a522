"""The report that a key of the Compare screen writes."""

from pathlib import Path

from tests.console.compare_stage import comparing, named, read_flights, text
from tests.console.runs_stage import until


async def test_w_writes_a_page_and_says_where(tmp_path: Path) -> None:
    store = read_flights(tmp_path)
    async with comparing(store, tmp_path / "here", named("gbm", "logreg"), (160, 40), by="group") as (
        app,
        pilot,
    ):
        await pilot.press("w")
        await until(pilot, lambda: "Wrote " in text(app), 40)
        await pilot.press("w")
        folder = Path(app.workspace.places.store).parent / "reports"
        await until(pilot, lambda: len(list(folder.glob("*.html"))) == 2, 40)
        pages = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    assert pages == ["compare-gbm-test-auc-2.html", "compare-gbm-test-auc.html"]
    page = (folder / pages[1]).read_text()
    assert "logreg" in page
    assert page.count("<svg") >= 4
