"""Who may do what: people, programs, their roles and scopes. Knows no web and no database."""

from audiopub.people.limits import LIMITS, Limit
from audiopub.people.model import ROLES, Actor, Permission, Role, Via
from audiopub.people.names import SOLE
from audiopub.people.reception import Reception
from audiopub.people.records import Key, Line, Person, Session, Visit

__all__ = ["LIMITS", "ROLES", "SOLE", "Actor", "Key", "Limit", "Line", "Permission", "Person", "Reception", "Role", "Session", "Via", "Visit"]
