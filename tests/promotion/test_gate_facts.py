"""Gates over what is recorded, over people, and over files."""

import pytest
from tests.promotion.gate_making import one

from mlops_console.promotion.model import ApprovalSeen, Integrity

ANA, BO, CY = 1001, 1002, 1003


def test_the_author_does_not_approve_their_own() -> None:
    result = one("approvals", 1, approvals=(ApprovalSeen("ana", ANA, True),))
    assert (result.verdict, result.measured) == ("fail", "0 of 1")
    assert "1 more must approve, other than ana: mlops-console approve churn@4 champion." in result.because
    assert "their own does not count" in result.because


def test_one_person_counts_once_and_only_where_the_file_proves_it() -> None:
    twice = (ApprovalSeen("bo", BO, True), ApprovalSeen("bo", BO, True), ApprovalSeen("cy", CY, False))
    result = one("approvals", 2, approvals=twice)
    assert (result.verdict, result.measured, result.evidence) == ("fail", "1 of 2", "bo")
    assert "Not counted, for no file's owner proves it: cy." in result.because
    both = (*twice, ApprovalSeen("cy", CY, True))
    assert one("approvals", 2, approvals=both).verdict == "pass"
    assert one("approvals", 2, approvals=both).because == "Approved by bo, cy."


def test_leave_to_fail_is_no_approval() -> None:
    assert (
        one("approvals", 1, approvals=(ApprovalSeen("bo", BO, True, ("require: auc >= 1",)),)).verdict
        == "fail"
    )


def test_nobody_need_approve_where_none_is_asked_and_it_says_who_did() -> None:
    result = one("approvals", 0, approvals=(ApprovalSeen("bo", BO, True),))
    assert (result.verdict, result.because) == ("pass", "Approved by bo.")


def test_an_author_that_nobody_proves_could_be_the_approver() -> None:
    forged = one("approvals", 1, approvals=(ApprovalSeen("bo", BO, True),), author_proven=False)
    assert forged.verdict == "unknown"


@pytest.mark.parametrize("wish", [True, -1, 1.0, "1", 10**30, None])
def test_approvals_are_a_number_of_people(wish) -> None:
    assert one("approvals", wish, approvals=()).verdict == "unknown"


@pytest.mark.parametrize(
    ("code", "verdict", "measured"),
    [
        ({"commit": "9a1c2e0aa", "dirty": False}, "pass", "clean"),
        ({"commit": "9a1c2e0aa", "dirty": "False"}, "pass", "clean"),
        ({"commit": "9a1c2e0aa", "dirty": True}, "fail", "dirty"),
        ({"commit": None, "dirty": False}, "fail", "no commit"),
        ({"commit": "9a1c2e0aa"}, "unknown", "-"),
        ({"commit": "9a1c2e0aa", "dirty": 7}, "unknown", "-"),
        ({}, "unknown", "-"),
        ({"commit": "9a", "dirty": False, "untracked": [".mlops-console/", "new.py"]}, "pass", "clean"),
    ],
)
def test_the_code_is_judged_as_it_was_captured(code, verdict, measured) -> None:
    result = one("clean_git", run={"code": code})
    assert (result.verdict, result.measured) == (verdict, measured)


def test_untracked_files_count_where_the_project_says_so_and_ours_never_do() -> None:
    wish = {"untracked": False}
    ours = {
        "commit": "9a1c2e0",
        "dirty": False,
        "untracked": [".mlops-console/journal/a.json", "sub/.mlops-console/"],
    }
    assert one("clean_git", wish, run={"code": ours}).verdict == "pass"
    theirs = {**ours, "untracked": [".mlops-console/", "new.py"]}
    result = one("clean_git", wish, run={"code": theirs})
    assert (result.verdict, result.measured) == ("fail", "untracked")
    assert "new.py" in result.because


def test_packages_are_recorded_or_not() -> None:
    told = one("environment", run={"environment": {"python": "3.11.4", "packages": {"numpy": "2.0"}}})
    assert (told.verdict, told.measured, told.evidence) == ("pass", "1 package", "python 3.11.4")
    assert one("environment", run={"environment": {}}).verdict == "fail"
    assert one("environment", run={}, external=True).verdict == "unknown"


def test_every_dataset_needs_a_hash() -> None:
    hashed, bare = {"name": "train", "sha256": "0586cfd5539c99"}, {"name": "test", "path": "t.csv"}
    assert one("data", run={"datasets": [hashed]}).verdict == "pass"
    half = one("data", run={"datasets": [hashed, bare]})
    assert (half.verdict, half.measured) == ("fail", "1 of 2")
    assert "test" in half.because
    assert one("data", run={"datasets": []}).verdict == "unknown"
    assert one("data", run={"datasets": [{"name": "x", "digest": "9a"}]}).verdict == "pass"


def test_files_are_intact_changed_or_cannot_be_read() -> None:
    good = one("integrity", integrity=Integrity((), 2, 2_000))
    assert (good.verdict, good.always, good.evidence) == ("pass", True, "2 files, 2 kB")
    changed = one("integrity", integrity=Integrity(("Weights.bin is gone.", "B is gone."), 2, 0))
    assert (changed.verdict, changed.because.startswith("Weights.bin is gone. 1 more like it.")) == (
        "fail",
        True,
    )
    locked = Integrity((), 1, 0, unreadable=("Model.pkl can't be read: permission denied.",))
    assert one("integrity", integrity=locked).verdict == "unknown"
    assert one("integrity", external=True).measured == "nothing"


CLEAN = {
    "format": "sklearn-joblib", "unsafe_format": True, "dangerous": [], "not_scanned": [],
    "details": {"imports": ["sklearn.svm SVC"]},
}  # fmt: skip


def test_a_scanned_pickle_is_never_called_safe() -> None:
    result = one("safe", description=CLEAN)
    assert result.verdict == "pass"
    assert "No known dangerous imports" in result.because
    assert "safe" not in (result.measured + result.because).lower()


def test_dangerous_imports_fail_unless_the_project_allows_them() -> None:
    bad = {**CLEAN, "dangerous": ["functools.partial"]}
    result = one("safe", description=bad)
    assert (result.verdict, result.measured) == ("fail", "functools.partial")
    assert 'allow = ["functools.partial"]' in result.because
    allowed = one("safe", {"allow": ["functools.partial"]}, description=bad)
    assert (allowed.verdict, "allows functools.partial" in allowed.because) == ("pass", True)
    worse = {**CLEAN, "dangerous": ["functools.partial", "os.system"]}
    assert one("safe", {"allow": ["functools.partial"]}, description=worse).measured == "os.system"


def test_what_the_scan_could_not_see_is_unknown() -> None:
    assert one("safe", description={**CLEAN, "not_scanned": ["It is cut off."]}).verdict == "unknown"
    unscanned = {key: value for key, value in CLEAN.items() if key != "not_scanned"}
    assert one("safe", description=unscanned).verdict == "unknown"
    assert one("safe", description={"problem": "The file is gone."}).because == "The file is gone."
    assert one("safe", description={"format": "safetensors", "unsafe_format": False}).verdict == "pass"


def test_strict_asks_for_imports_that_somebody_vouches_for() -> None:
    odd = {**CLEAN, "details": {"imports": ["mine.Model"], "not_vouched_for": ["mine.Model"]}}
    assert one("safe", description=odd).verdict == "pass"
    assert one("safe", {"strict": True}, description=odd).verdict == "fail"


@pytest.mark.parametrize(
    ("wish", "size", "verdict", "required"),
    [
        ("2 GB", 2_000_000_000, "pass", "<= 2 GB"),
        ("2 GB", 2_000_000_001, "fail", "<= 2 GB"),
        ("2GiB", 2**31, "pass", "<= 2.1 GB"),
        ("1.5 kB", 1500, "pass", "<= 1.5 kB"),
        (100, 101, "fail", "<= 100 B"),
        ("two", 1, "unknown", '"two"'),
        ("0 MB", 1, "unknown", '"0 MB"'),
        ("2 GB", None, "unknown", "<= 2 GB"),
    ],
)
def test_a_model_has_a_largest_size(wish, size, verdict, required) -> None:
    result = one("size", wish, size=size)
    assert (result.verdict, result.required.replace("2.0", "2")) == (verdict, required)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [("finished", "pass"), ("failed", "fail"), ("killed", "fail"), ("running", "fail"),
     ("unknown", "unknown"), (None, "unknown")],
)  # fmt: skip
def test_a_run_must_have_finished(status, verdict) -> None:
    assert one("finished", run={"status": status}).verdict == verdict


def test_a_card_is_complete_or_names_its_gaps() -> None:
    assert one("card", card_missing=()).verdict == "pass"
    result = one("card", card_missing=("purpose", "limits"))
    assert (result.verdict, result.measured, result.evidence) == ("fail", "2 missing", "purpose, limits")
