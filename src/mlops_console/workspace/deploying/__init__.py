"""Deploying: versions into targets, and whether these still are what was deployed."""
