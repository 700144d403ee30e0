"""audiopub turns newspaper articles into podcast episodes, in Vietnamese.

The command line (``audiopub --help``) is the usual way in. As a library, start from
:mod:`audiopub.pipeline`; :mod:`audiopub.vietnamese` is usable alone.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
