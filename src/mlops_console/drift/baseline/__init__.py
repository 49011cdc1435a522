"""References pinned to versions: a profile of the data that needs no data afterwards."""
