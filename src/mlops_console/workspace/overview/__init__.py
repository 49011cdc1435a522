"""All projects on one screen: figures, models in production, what runs, projects, what happened."""
