"""Which params only tell repetitions of one configuration apart: seeds and folds, by their names."""

import re
from typing import Final

_NAME: Final = re.compile(
    r"(?:^|[._/ -])(?:\w*seed|seeds|seed_everything|(?:\w+_)?random_?state|rng"
    r"|rep|repeat|repetition|replicate|replica"
    r"|(?:cv_?|outer_?|inner_?|test_?)?fold(?:_?(?:no|nr|id|idx|index|number))?"
    r"|split_?(?:no|nr|id|idx|index|number))$",
    re.IGNORECASE,
)
_COUNT: Final = re.compile(r"(?:^|[./ -])(?:n|num|number_of)_\w+$", re.IGNORECASE)
"""How many of them there are is part of a configuration."""


def is_repeat(key: str) -> bool:
    """Whether a param (or tag) of this name is a seed or a fold."""
    return _NAME.search(key) is not None and _COUNT.search(key) is None
