"""Whether an episode says what its table says it does: a machine listens to every sentence."""

from audiopub.listening.calibration import Calibration, calibrate
from audiopub.listening.judge import Fault, Finding, Heard, Line, listen
from audiopub.listening.recogniser import RATE, Recogniser

__all__ = ["RATE", "Calibration", "Fault", "Finding", "Heard", "Line", "Recogniser", "calibrate", "listen"]
