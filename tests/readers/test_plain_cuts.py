"""Damaged or not: what comes out of a growing file never depends on how it was cut into reads."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conformance.reading import Story, claimed, read_on, settled
from tests.conformance.samples import MADE
from tests.conformance.test_readers_conform import DAMAGE, damaged, same

from mlops_console.readers.contract import Budget
from mlops_console.readers.plain import READER


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(which=st.integers(0, 999), damage=DAMAGE, seed=st.integers(0, 10**6))
def test_cuts_change_nothing(tmp_path_factory, which, damage, seed):
    root = MADE["plain"](tmp_path_factory.mktemp("cuts"))
    sources = claimed(READER, root)
    source = sources[which % len(sources)]
    file = source.files[(which // 7) % len(source.files)]
    # With an end to the last line: taking one without an end is a guess, which may be given up.
    data = damaged((root / file).read_bytes(), damage) + b"\n"
    (root / file).write_bytes(data)
    once = read_on(READER, root, source)
    same(once, read_on(READER, root, source, budget=Budget(1, 0)))
    if file.endswith((".json", ".yaml", ".toml")) or "wide16" in file:
        return
    (root / file).write_bytes(b"")
    story, at, dice = Story(), 0, random.Random(seed)
    while at < len(data):
        stop = at + dice.randint(1, max(8, len(data) // 5))
        with open(root / file, "ab") as out:
            out.write(data[at:stop])
        at = stop
        read_on(READER, root, source, story)
    assert {key: settled(facts) for key, facts in story.facts.items()} == {
        key: settled(facts) for key, facts in once.facts.items()
    }
    series, wanted = story.series(), once.series()
    assert series.keys() == wanted.keys()
    for key, block in wanted.items():
        assert block.tobytes() == series[key].tobytes(), key
