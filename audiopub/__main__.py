"""Run audiopub as ``python -m audiopub``."""

from audiopub.cli.main import main

if __name__ == "__main__":
    main()
