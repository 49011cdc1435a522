"""The child in which statistics run: started on first use, at low priority, not in the interface process."""
