"""What opens over a screen and closes with Esc: help, search, commands, columns, problems, explanations."""
