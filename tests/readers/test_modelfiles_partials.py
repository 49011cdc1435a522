"""`functools.partial` in pickles: harmless where it is only what models hold, else dangerous."""

import pickle
import struct

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from mlops_console.readers.modelfiles import describe

PARTIAL = b"cfunctools\npartial\n"
CHECK = b"csklearn.utils.validation\ncheck_array\n"
SYSTEM = b"cos\nsystem\n"
GETTER = b"cmine\nfunction\n"
FALSE, NONE, NOTHING = b"\x89", b"N", b")"


def text(word: str) -> bytes:
    return b"X" + struct.pack("<I", len(word)) + word.encode()


def state(function=CHECK, given=NOTHING, key="ensure_all_finite", value=FALSE, attributes=NONE):
    return b"(" + function + given + b"}" + text(key) + value + b"s" + attributes + b"tb"


GOOD = PARTIAL + CHECK + b"\x85R" + state()


def dangerous(folder, body: bytes, end: bytes = b".") -> tuple[str, ...]:
    (folder / "model.pkl").write_bytes(b"\x80\x04" + body + end)
    return describe(str(folder), "model.pkl").dangerous


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        PARTIAL + CHECK + b"\x85R",
        PARTIAL + b"q\x01" + CHECK + b"\x85R" + state() + b"h\x01" + CHECK + b"\x85R\x86",
        PARTIAL + CHECK + b"\x85R" + state(key="dtype", value=b"]cnumpy\nfloat64\na"),
        PARTIAL + b"csklearn.feature_selection._mutual_info\nmutual_info_classif\n\x85R",
    ],
)
def test_what_models_hold_is_harmless(tmp_path, body):
    assert dangerous(tmp_path, body) == ()


@pytest.mark.parametrize(
    "body",
    [
        PARTIAL,
        PARTIAL + b"0" + GOOD,
        PARTIAL + b"2" + CHECK + b"\x85R",
        PARTIAL + b"q\x01" + CHECK + b"\x85Rh\x01\x86",
        PARTIAL + GETTER + b"\x85R",
        PARTIAL + CHECK + FALSE + b"\x86R",
        PARTIAL + GETTER + CHECK + b"\x85R\x85R",
        GOOD + PARTIAL + GETTER + b"\x85R\x86",
        PARTIAL + CHECK + b"\x85R" + state(function=GETTER),
        PARTIAL + CHECK + b"\x85R" + state(given=FALSE + b"\x85"),
        PARTIAL + CHECK + b"\x85R" + state(key="estimator"),
        PARTIAL + CHECK + b"\x85R" + state(value=GETTER),
        PARTIAL + CHECK + b"\x85R" + state(value=GETTER + b")R"),
        PARTIAL + CHECK + b"\x85R" + state(attributes=b"}" + text("func") + GETTER + b"s"),
        PARTIAL + CHECK + b"\x85R" + state() + state(function=GETTER),
        # Filled after it was given.
        PARTIAL + CHECK + b"\x85R(" + CHECK + b")}q\x02Ntbh\x02" + text("estimator") + GETTER + b"s\x86",
        b"(ifunctools\npartial\n",
        b"(" + PARTIAL + CHECK + b"o",
    ],
)
def test_any_other_use_stays_dangerous(tmp_path, body):
    assert "functools.partial" in dangerous(tmp_path, body)


def test_what_is_not_read_whole_stays_dangerous(tmp_path):
    assert "functools.partial" in dangerous(tmp_path, GOOD, b"")
    assert "functools.partial" in dangerous(tmp_path, GOOD, b".rest")
    assert set(dangerous(tmp_path, GOOD + SYSTEM + b"\x86")) & {"os.system", "posix.system"}
    assert "functools.partial" in dangerous(tmp_path, GOOD, b".\x80\x04" + PARTIAL + GETTER + b"\x85R.")


def test_boosted_trees_with_levels(tmp_path):
    chance = np.random.default_rng(1)
    rows = np.column_stack([chance.normal(size=60), chance.integers(0, 3, 60)])
    model = HistGradientBoostingClassifier(max_iter=1, categorical_features=[1]).fit(rows, rows[:, 0] > 0)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model))
    found = describe(str(tmp_path), "model.pkl")
    assert "functools.partial" in found.details["imports"]
    assert (found.dangerous, found.details["partial_of"]) == ((), ["sklearn.utils.validation.check_array"])
