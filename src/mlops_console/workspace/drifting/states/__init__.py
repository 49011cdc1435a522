"""How monitors stand for people, from stored verdicts and what people said; no data is opened."""
