"""Training a model anew by the project's own command, when a person says so."""
