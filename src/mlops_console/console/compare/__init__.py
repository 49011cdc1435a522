"""The Compare screen: which is better, by how much, how sure, and why."""
