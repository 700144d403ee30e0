"""The Info header of an MP3: without it players guess the length and cannot cut the encoder's padding off.

lameenc writes none. Source of the layout: the Xing header as LAME extends it
(http://gabriel.mp3-tech.org/mp3infotag.html).
"""

from collections.abc import Iterator
from itertools import islice

ENCODER_DELAY = 576
"""Samples LAME puts before the first one it was given."""

_BITRATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_MPEG_1 = 3
_LONGEST_FIELD = 0xFFF
_TAG_LENGTH = 156


def frame_samples(rate: int) -> int:
    """Give the samples of one frame at a sample rate: 1152, or 576 at half rates."""
    return 1152 if rate in _RATES[_MPEG_1] else 576


def count_frames(stream: bytes) -> int:
    """Count the frames of a stream that begins with one.

    Raises:
        ValueError: no frame begins where one should.
    """
    return sum(1 for _ in _frame_starts(stream))


def first_frames(stream: bytes, count: int) -> bytes:
    """Give the first frames of a stream.

    Raises:
        ValueError: it has fewer.
    """
    starts = list(islice(_frame_starts(stream), count + 1))
    if len(starts) < count:
        msg = f"{len(starts)} frames where {count} should be"
        raise ValueError(msg)
    return stream[: starts[count]] if len(starts) > count else stream


def _frame_starts(stream: bytes) -> Iterator[int]:
    place = 0
    lengths: dict[bytes, int] = {}
    while place + 4 <= len(stream):
        header = stream[place : place + 3]
        if header not in lengths:
            if header[0] != 0xFF or header[1] & 0xE0 != 0xE0:  # noqa: PLR2004
                msg = f"no MP3 frame at byte {place} of the stream"
                raise ValueError(msg)
            lengths[header] = _frame_length(header)
        yield place
        place += lengths[header]


def info_frame(header: bytes, *, frames: int, size: int, padding: int) -> bytes:
    """Make the frame that goes before all others.

    Args:
        header: the first four bytes of the stream's first frame.
        frames: number of frames that follow.
        size: bytes of this frame and all that follow.
        padding: samples that LAME put after the last one it was given.
    """
    own = _roomy(header)
    frame = bytearray(_frame_length(own))
    frame[:4] = own
    side = _side_information(own)
    at = 4 + side
    frame[at : at + 4] = b"Info"
    frame[at + 4 : at + 8] = (0x0F).to_bytes(4, "big")
    frame[at + 8 : at + 12] = frames.to_bytes(4, "big")
    frame[at + 12 : at + 16] = size.to_bytes(4, "big")
    frame[at + 16 : at + 116] = bytes(255 * place // 100 for place in range(100))
    frame[at + 116 : at + 120] = (50).to_bytes(4, "big")
    _lame_part(frame, at + 120, _bitrate(header), size, padding)
    return bytes(frame)


def _roomy(header: bytes) -> bytes:
    """Give the header of a frame like another's that is long enough for the tag, at a higher bitrate where it must be."""
    needed = 4 + _side_information(header) + _TAG_LENGTH
    candidates = (bytes([header[0], header[1], index << 4 | header[2] & 0x0D, header[3]]) for index in range(header[2] >> 4, 15))
    return next(own for own in candidates if _frame_length(own) >= needed)


def _lame_part(frame: bytearray, at: int, kilobits: int, size: int, padding: int) -> None:
    frame[at : at + 9] = b"LAME3.100"
    frame[at + 9] = 0x01  # constant bitrate
    frame[at + 20] = min(255, kilobits)
    gap = (min(ENCODER_DELAY, _LONGEST_FIELD) << 12) | max(0, min(padding, _LONGEST_FIELD))
    frame[at + 21 : at + 24] = gap.to_bytes(3, "big")
    frame[at + 28 : at + 32] = size.to_bytes(4, "big")
    frame[at + 34 : at + 36] = _crc16(bytes(frame[: at + 34])).to_bytes(2, "big")


def _version(header: bytes) -> int:
    return header[1] >> 3 & 3


def _bitrate(header: bytes) -> int:
    table = _BITRATES_1 if _version(header) == _MPEG_1 else _BITRATES_2
    return table[header[2] >> 4]


def _frame_samples(header: bytes) -> int:
    return 1152 if _version(header) == _MPEG_1 else 576


def _frame_length(header: bytes) -> int:
    rate = _RATES[_version(header)][header[2] >> 2 & 3]
    return _frame_samples(header) // 8 * _bitrate(header) * 1000 // rate + (header[2] >> 1 & 1)


def _side_information(header: bytes) -> int:
    mono = header[3] >> 6 == 3  # noqa: PLR2004
    if _version(header) == _MPEG_1:
        return 17 if mono else 32
    return 9 if mono else 17


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc
