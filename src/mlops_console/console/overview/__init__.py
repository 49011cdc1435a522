"""The Overview view: every morning, over all projects, what needs a person."""
