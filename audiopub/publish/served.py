"""What whoever serves a show's folder has to keep to, beside the files themselves."""

GONE = ".gone"
"""Ending of the empty file that stands beside a withdrawn one, by which a web server knows to answer 410."""

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
"""What a page may load: its own files and nothing else."""
