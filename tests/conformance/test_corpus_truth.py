"""Every fact of every case in `tests/corpus`, as the readers give it."""

import pytest
from tests.conformance.grading import grade
from tests.conformance.reading import Story, claimed, read_on
from tests.conformance.samples import readers
from tests.corpus import restoring


@pytest.mark.parametrize("case", restoring.cases())
def test_every_fact_is_right(case, corpus):
    source = case.partition("/")[0]
    root = corpus(case)
    found: dict[tuple[str, str], tuple] = {}
    # The reader of the case's own source comes last: what it says of a run is what is held against the truth.
    for name, reader in sorted(readers().items(), key=lambda item: item[0] == source):
        for claimed_source in claimed(reader, root):
            story = read_on(reader, root, claimed_source)
            assert not story.problems
            for key in story.facts:
                place = key.path, key.native
                if place in found and found[place][2] == name:
                    story = _together(found[place][1], story)
                found[place] = (key, story, name)
    truth = {_place(run): run for run in restoring.truth(case)["runs"]}
    assert sorted(found) == sorted(truth)
    wrong = [
        line for place, (key, story, _) in found.items() for line in grade(truth[place], key, story, source)
    ]
    assert wrong == []


def _place(run: dict) -> tuple[str, str]:
    """Where a true run is: in a file that holds many, the tool's own id tells them apart."""
    return run["path"], run["native_id"] if run["path"].endswith(".db") else ""


def _together(one: Story, other: Story) -> Story:
    """Two sources of one reader that tell of the same run."""
    for key, facts in one.facts.items():
        for name, value in facts.items():
            other.facts.setdefault(key, {}).setdefault(name, value)
    for series, blocks in one.points.items():
        other.points[series] = blocks + other.points.get(series, [])
    return other
