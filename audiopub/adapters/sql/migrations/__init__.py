"""The schema's history: one module a revision, the newest is ``schema.HEAD``."""
