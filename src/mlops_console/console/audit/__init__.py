"""The Audit view: every decision of every project, newest first, and whether the journals are as written."""
