"""What needs a person, over all projects: one list, ranked, each matter once."""
