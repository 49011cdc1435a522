"""Which params are seeds or folds."""

import pytest

from mlops_console.comparison.repeats import is_repeat


@pytest.mark.parametrize("key", ["seed", "train.seed", "random_state", "model/random_state", "data_seed",
                                 "randomSeed", "PYTHONHASHSEED", "a.seed_everything", "rng", "seeds", "fold",
                                 "cv_fold", "fold_idx", "split_no", "split_id", "RandomState",
                                 "split_random_state", "rep", "trainer.repeat"])  # fmt: skip
def test_seeds_and_folds_by_name(key):
    assert is_repeat(key)


@pytest.mark.parametrize("key", ["seedling", "seed.bank", "state", "lr", "seedless", "random", "birdseeds",
                                 "n_folds", "folds", "report", "split", "repeats", "speed",
                                 "n_rep", "num_seed", "n_fold"])  # fmt: skip
def test_other_names_are_none(key):
    assert not is_repeat(key)
