"""Written documents: blocks of text as it was said, and the forms they take: Markdown, one HTML page."""
