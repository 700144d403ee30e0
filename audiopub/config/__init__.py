"""Show files and settings: read once, checked whole, never passed into the domain as they are."""

from audiopub.config.categories import CATEGORIES
from audiopub.config.reading import find_show, known_keys, read_show
from audiopub.config.settings import Settings
from audiopub.config.show import Show, podcast_guid
from audiopub.config.tables import PLACEHOLDERS, Accent, ShowFile, VoiceTable

__all__ = ["CATEGORIES", "PLACEHOLDERS", "Accent", "Settings", "Show", "ShowFile", "VoiceTable", "find_show", "known_keys", "podcast_guid", "read_show"]
