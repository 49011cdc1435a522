"""Training anew from a screen: what is shown before, while it runs, and after."""
