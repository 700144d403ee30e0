"""The desk and the API on an address: what comes in is parsed, one use case is called, its answer is shown."""
