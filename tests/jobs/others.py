"""What other processes do in tests."""
