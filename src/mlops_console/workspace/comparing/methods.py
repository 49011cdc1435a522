"""The methods that reports name: what each is, where it comes from, what it takes for granted."""

from collections.abc import Iterable, Iterator
from typing import Final

BY_TEST: Final = {
    "paired t": (
        "Paired t (Student 1908): the mean of the differences between pairs, seed by seed or row by row. "
        "Takes the pairs for independent of each other and the mean difference for about normal."
    ),
    "Welch t": (
        "Welch's t (1947): the difference of two means; the two sides may spread differently. Takes the "
        "runs for independent and each mean for about normal."
    ),
    "guarded": (
        "Guarded: where one side has over twice the runs of the other, the more cautious of Welch's and "
        "Student's t holds, so that a small side that looks too calm is not believed."
    ),
    "lent the other's spread": (
        "t with one run on one side: its spread is taken from the other side. Takes both sides to spread "
        "alike, which one run can't show; gives an interval and no verdict."
    ),
    "studentised bootstrap": (
        "Studentised bootstrap (Hall 1988; Davison and Hinkley 1997), beside t where means are skewed: "
        "takes the runs for a fair picture of all runs."
    ),
    "Mann-Whitney": (
        "Mann-Whitney (1947): ranks of two sides, the interval by Hodges and Lehmann (1963). Its interval"
        " takes the two to differ by a shift."
    ),
    "Wilcoxon": (
        "Wilcoxon signed-rank (1945): ranks of the differences between pairs. Takes the differences to "
        "lie symmetrically around their middle."
    ),
    "DeLong": (
        "DeLong (1988, computed as by Sun and Xu 2014): the difference of two areas under the ROC curve "
        "on the same rows. Takes the rows for independent, and many in each class."
    ),
    "McNemar": (
        "McNemar (1947): of the rows on which just one of the two is right, which one it is; the interval"
        " by Tango (1998). Takes the rows for independent."
    ),
    "delta method": (
        "Delta method: a function of means of rows, linear for small changes. Takes the rows for "
        "independent and many."
    ),
    "jackknife": (
        "Jackknife (Tukey 1958): how the metric moves as rows are left out. Takes the rows for "
        "independent and the metric for smooth in them."
    ),
    "paired bootstrap": (
        "Paired bootstrap (Efron 1979): the same rows drawn again for both. Takes the rows for "
        "independent and a fair picture of all rows."
    ),
    "cluster bootstrap": (
        "Cluster bootstrap: rows that belong together are drawn together. Takes the clusters for "
        "independent, and many."
    ),
}
"""Part of a test's name, and what is said of it."""
HOLM: Final = (
    "Holm (1979): p values are corrected for all comparisons that were judged together; intervals are of one "
    "comparison alone."
)
EQUIVALENT: Final = (
    "Equivalent within a margin: two one-sided tests at 5% (Schuirmann 1987), that is the 90% interval lies "
    "within the margin. The margin is to be chosen beforehand."
)
SLICES: Final = (
    "Slices: q is p after Benjamini and Hochberg (1995) over all slices that were tested; of those called "
    "better or worse one in twenty may be chance. Slices overlap, so they are no independent witnesses."
)
CALIBRATION: Final = (
    "Calibration: rows by score in bins; ECE is the mean distance between score and frequency over the rows, "
    "Brier (1950) the mean squared one. Bands, where there are some, are Wilson's (1927) 95% intervals."
)
POWER: Final = (
    "Power is the chance that as many runs would show a difference as large as the one seen (or the margin). "
    "It follows from p, is a help for planning, no evidence (Hoenig and Heisey 2001)."
)


def of_tests(tests: Iterable[str]) -> Iterator[str]:
    """What is said of each method among the names of tests, once."""
    names = list(tests)
    for part, words in BY_TEST.items():
        if any(part in name for name in names):
            yield words
