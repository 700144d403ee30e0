"""The table of cues: every line of it is sound, and its readings are reached."""

import pytest

from audiopub.vietnamese import Confidence, cues, read, residue
from audiopub.vietnamese.tables import rows

PLACES = {"before", "after", "near", "text", "form", "always"}


def test_every_line_is_sound() -> None:
    """Places are known, weights are numbers, readings can be said, and no line stands twice."""
    lines = rows("cues")
    for subject, reading, place, words, weight in lines:
        assert place in PLACES and int(weight) != 0, subject
        assert (words == "") == (place == "always"), (subject, reading, place)
        assert "n" in subject or reading in {"*", "-"} or residue(reading) == (), (subject, reading)
    keys = [line[:4] for line in lines]
    assert len(keys) == len(set(keys)), sorted({tuple(key) for key in keys if keys.count(key) > 1})


def test_abbreviations_stand_in_one_table_only() -> None:
    """What has several readings is in the table of cues alone, so that no certain reading hides it."""
    for name in ("abbreviations", "acronyms"):
        assert not cues.subjects() & {row[0] for row in rows(name)}


@pytest.mark.parametrize(
    ("sentence", "token", "said", "confidence"),
    [
        ("Khu ĐT mới mở bán.", "ĐT", "đô thị", Confidence.CONTEXT),
        ("Ban ĐT đã họp.", "ĐT", "điện thoại", Confidence.GUESS),
        ("Phiên chợ 3/4 rất đông.", "3/4", "ba tháng tư", Confidence.CONTEXT),
        ("Kết quả 3/4 rất lạ.", "3/4", "ba phần tư", Confidence.GUESS),
        ("Chiều 3/4, mưa to.", "3/4", "ba tháng tư", Confidence.CONTEXT),
        ("Đạt 3/4 diện tích.", "3/4", "ba phần tư", Confidence.CONTEXT),
        ("Thắng 3-2 phút cuối.", "3-2", "ba hai", Confidence.CONTEXT),
        ("Sáng 3-2, họp mặt.", "3-2", "ba tháng hai", Confidence.CONTEXT),
        ("Mã 7.5 mới.", "7.5", "bảy chấm năm", Confidence.GUESS),
        ("Dài 7.5 km.", "7.5", "bảy phẩy năm", Confidence.CONTEXT),
        ("BTV Tỉnh ủy họp.", "BTV", "ban thường vụ", Confidence.CONTEXT),
        ("Nữ BTV của đài truyền hình.", "BTV", "biên tập viên", Confidence.CONTEXT),
    ],
)
def test_context_decides(sentence: str, token: str, said: str, confidence: Confidence) -> None:
    """The words around choose; where they say nothing, the safe reading is flagged."""
    rewrite = next(rewrite for rewrite in read(sentence).rewrites if rewrite.written.strip(".") == token)
    assert (rewrite.spoken, rewrite.confidence) == (said, confidence)
