"""What a model hangs on, and what could be done where it is harmed; nothing is done here."""
