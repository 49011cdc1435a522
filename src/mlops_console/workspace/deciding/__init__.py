"""Deciding: moves of aliases, consent, the way back, and who may."""
