"""How often episodes were downloaded: from the lines of a web server's access logs, by the rules of IAB's podcast measurement."""

from audiopub.listens.addresses import Networks, networks
from audiopub.listens.agents import app_of
from audiopub.listens.model import AudioFile, EpisodeCount, Fate, Published, Report, Shelf, tag_length
from audiopub.listens.tally import Tally

__all__ = ["AudioFile", "EpisodeCount", "Fate", "Networks", "Published", "Report", "Shelf", "Tally", "app_of", "networks", "tag_length"]
