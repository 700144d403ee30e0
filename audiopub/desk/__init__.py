"""What editors do, whatever face they do it from: the use cases of the desk. Every act names who does it and is written down."""
