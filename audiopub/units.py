"""Units as types: a duration in samples cannot be added to one in milliseconds by mistake."""

from typing import NewType

Milliseconds = NewType("Milliseconds", int)
"""A length or a position in time, whole milliseconds, 0 or more."""

Samples = NewType("Samples", int)
"""A length or a position counted in audio samples of one channel, 0 or more."""

Hertz = NewType("Hertz", int)
"""A sample rate: samples per second of one channel."""

Lufs = NewType("Lufs", float)
"""Loudness relative to full scale, as in ITU-R BS.1770-4 (a negative number; -16 is the podcast target)."""

Decibels = NewType("Decibels", float)
"""A gain or a peak level in dB; a peak of 0 is digital full scale."""


def samples_in(length: Milliseconds, rate: Hertz) -> Samples:
    """Count the whole samples in a length of time, rounded to the nearest.

    >>> samples_in(Milliseconds(250), Hertz(22050))
    5513
    """
    return Samples((length * rate + 500) // 1000)


def milliseconds_in(count: Samples, rate: Hertz) -> Milliseconds:
    """Give the length of a number of samples in whole milliseconds, rounded to the nearest.

    >>> milliseconds_in(Samples(22050), Hertz(22050))
    1000
    """
    return Milliseconds((count * 1000 + rate // 2) // rate)
