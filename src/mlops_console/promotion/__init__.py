"""From evidence to a verdict, and from a version to a folder that serves it: gates, releases, cards."""
