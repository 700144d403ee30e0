"""Adapters of the port Engine. Each is an entry point of the group ``audiopub.engines`` and imports its library late."""
