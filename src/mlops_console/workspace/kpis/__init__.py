"""Figures that models are judged by in business: where they stand, how they went, what is overdue."""
