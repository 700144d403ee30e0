"""Who may do what: people, programs, their roles and scopes. Knows no web and no database."""

from audiopub.people.model import ROLES, Actor, Permission, Role, Via

__all__ = ["ROLES", "Actor", "Permission", "Role", "Via"]
