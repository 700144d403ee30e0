"""Figures: how well articles are found and read, and what an episode costs beside LAME alone."""
