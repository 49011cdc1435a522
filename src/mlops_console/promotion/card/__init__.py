"""The card of a version: what it is, what it was proven on, who decided, what is not known.

A card is composed of blocks, as a comparison's report is, and printed from them as Markdown or as
one HTML page that needs nothing else.
"""
