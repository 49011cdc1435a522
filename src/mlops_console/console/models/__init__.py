"""The Models view: versions, their gates, who decided what, and the panel in which is decided."""
