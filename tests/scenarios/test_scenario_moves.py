"""A watched folder that is taken away, made again or renamed: no run is lost or doubled."""

import shutil

from tests.scenarios.stage import console, put


def test_a_folder_made_again_and_then_renamed_keeps_its_runs(tmp_path):
    shop, store = tmp_path / "shop", tmp_path / "kept" / "s.duckdb"
    put(shop, "a/metrics.csv")
    put(shop, "b/metrics.csv")
    with console(store, shop) as terminal:
        terminal.until(lambda: "live" in terminal.text() and "2 runs" in terminal.text())
        # Made before the old one is gone: it can't get its inode by chance.
        put(tmp_path, "new/again/metrics.csv")
        shutil.rmtree(shop)
        (tmp_path / "new").rename(shop)
        terminal.until(lambda: "again" in terminal.text() and "3 runs" in terminal.text(), 90)
        terminal.press("q")
        assert terminal.exit_code() == 0
    shop.rename(tmp_path / "elsewhere")
    put(tmp_path, "elsewhere/late/metrics.csv")
    with console(store, "--view", "runs") as terminal:
        terminal.until(lambda: "late" in terminal.text() and "4 runs" in terminal.text(), 60)
        terminal.press("q")
        assert terminal.exit_code() == 0
