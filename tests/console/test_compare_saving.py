"""The report that a key of the Compare screen writes."""

from pathlib import Path

from tests.console.compare_stage import comparing, named, read_flights, text
from tests.console.runs_stage import until


async def test_w_writes_a_page_and_says_where(tmp_path: Path) -> None:
    store, own, names = read_flights(tmp_path), tmp_path / "own", named("gbm", "logreg")
    own.mkdir()
    async with comparing(store, own, names, (160, 40), by="group") as (app, pilot):
        folder = own / "reports"
        await pilot.press("w")
        await until(pilot, lambda: "Wrote " in text(app), 40)
        await pilot.press("w")
        await until(pilot, lambda: len(list(folder.glob("[!.]*.html"))) == 2, 40)
    pages = sorted(path.name for path in folder.iterdir())
    assert len(pages) == 2
    assert pages[0].startswith("compare-")
    page = (folder / pages[1]).read_text()
    assert "logreg" in page
    assert page.count("<svg") >= 4
