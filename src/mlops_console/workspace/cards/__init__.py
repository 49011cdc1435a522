"""Cards of versions, and folders that explain a version by themselves."""
