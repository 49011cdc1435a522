"""What stands over all projects at once: figures, what is in production, what runs, what was done."""
