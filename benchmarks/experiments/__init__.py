"""What is done to workers, and what has to be true of their work all the same; run by benchmarks/faults.py."""
