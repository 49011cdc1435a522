"""Decisions about models: registering, judging, moving aliases, cards, deploying."""
