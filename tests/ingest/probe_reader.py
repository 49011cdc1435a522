"""A reader for tests, a plug-in of the real child: lines of `step value`, and words that misbehave."""

import os
import time

import numpy as np

from mlops_console import beneath
from mlops_console.records import NO_TIME, Chunk, Points, Problem, RunFacts, RunKey, Source, Status


class ProbeReader:
    name = "probe"
    patterns = ("*.probe",)

    def claims(self, folder):
        names = [name for name in sorted(folder.files) if name.endswith(".probe")]
        wanted = [
            name for name in names if not name.startswith("head") or folder.head(name, 64).startswith(b"yes")
        ]
        if any(name == "claims-break.probe" for name in names):
            raise RuntimeError("on purpose")
        where = "" if folder.path == "." else folder.path + "/"
        return [Source(self.name, where + name, (where + name,)) for name in wanted]

    def read(self, root, source, cursor, budget):
        start = int(cursor or b"0")
        with beneath.reading(root, source.path) as fd:
            size = os.fstat(fd).st_size
            reset = size < start
            if reset:
                start = 0
            data = beneath.read_range(fd, start, 1 << 20)
        misbehave(data, source)
        whole = data[: data.rfind(b"\n") + 1]
        steps, values, problems, status = [], [], [], Status.RUNNING
        used = 0
        for line in whole.splitlines(keepends=True):
            used += len(line)
            words = line.split()
            if words == [b"end"]:
                status = Status.FINISHED
            elif len(words) == 2:
                steps.append(int(words[0]))
                values.append(float(words[1]))
            elif words and words != [b"yes"]:
                problems.append(Problem(source.path, "no number", start + used - len(line)))
            if budget.spent(len(steps)):
                break
        key = RunKey(source.path)
        count = len(steps)
        points = Points(
            ((key, "loss"),) if count else (),
            np.array([count] if count else [], np.int64),
            np.array(steps, np.int64),
            np.full(count, NO_TIME, np.int64),
            np.array(values, np.float64),
        )
        facts = RunFacts(key, status=status, name=source.path, active=time.time_ns() // 1000)
        end = start + used
        return Chunk(
            (facts,), points, tuple(problems), str(end).encode(), more=used < len(whole), reset=reset
        )


def misbehave(data, source):
    if b"HANG" in data:
        time.sleep(3600)
    if b"DIE" in data:
        os.kill(os.getpid(), 9)
    if b"RAISE" in data:
        raise RuntimeError("on purpose")
    if b"BOMB" in data:
        bytearray(6 << 30)
    if b"PRINT" in data:
        print("this must not come between the answers")
    if b"SLOW" in data:
        time.sleep(0.3)


READER = ProbeReader()
