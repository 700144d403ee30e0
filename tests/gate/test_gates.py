"""Quality that may only rise: extraction and reading over corpora of our own, and over outside ones where they are."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from audiopub.article import extract
from audiopub.source import Page, PageForm
from audiopub.vietnamese import spoken
from benchmarks import extraction, reading
from benchmarks import sentences as sentence_figures
from benchmarks.floors import below
from tests.conftest import ROOT


def test_extraction_is_not_below_its_floors() -> None:
    """No measure of extraction over our own pages falls."""
    assert below("extraction", extraction.figures()) == []


def test_reading_is_not_below_its_floors() -> None:
    """No category of reading over our own sentences falls."""
    scores, wrong = reading.figures()
    assert below("reading", scores) == [], wrong


def test_sentences_are_not_below_their_floors() -> None:
    """Neither precision nor recall of sentence boundaries falls, in all and by category."""
    assert below("sentences", sentence_figures.figures()) == []


def test_the_corpora_are_as_large_as_they_say() -> None:
    """The gates stand on at least 1,600 sentences and 450 paragraphs."""
    assert len(reading.rows()) >= 1600 and len(sentence_figures.cases()) >= 450


def article_for_scorer(raw: bytes) -> dict[str, object]:
    """Extract as an outside scorer wants it."""
    article = extract(Page(body=raw, name="page", identity="page", form=PageForm.HTML))
    return {
        "title": article.title, "lead": article.lead, "author": article.author, "published": article.published.isoformat() if article.published else None,
        "sections": [{"heading": section.heading, "paragraphs": list(section.paragraphs)} for section in article.sections], "captions": list(article.captions),
    }  # fmt: skip


@pytest.mark.outside
def test_outside_pages(shared: Path) -> None:
    """Paragraph F1, heading recall and heading precision over outside pages stay where they are."""
    command = [sys.executable, str(shared / "tools/extract_score.py"), str(shared / "corpus/articles"), "tests.gate.test_gates:article_for_scorer"]
    out = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    scores = {name: float(value) for name, value in re.findall(r"(\w+)=([\d.]+)", out)}
    assert "errors=0" in out
    assert scores["parF"] >= 0.98 and scores["headR"] >= 0.95 and scores["headP"] >= 0.95 and scores["leak"] <= 0.01 and scores["date"] == 1.0, out


@pytest.mark.outside
def test_outside_sentences(shared: Path) -> None:
    """The share of outside sentences that are read right stays where it is."""
    assert spoken("15,5%") == "mười lăm phẩy năm phần trăm"
    command = [sys.executable, str(shared / "tools/norm_score.py"), "audiopub.vietnamese:spoken", str(shared / "corpus/speech/norm_dev.tsv"), "--quiet"]
    out = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    total = re.search(r"TOTAL\s+\d+/\d+\s+([\d.]+)%", out)
    assert total and float(total[1]) >= 97.0, out
    shares = [float(share) for share in re.findall(r"^  [a-z_]+ +\d+/\d+ +([\d.]+)%", out, re.MULTILINE)]
    assert len(shares) == 16 and min(shares) >= 90.0, out


@pytest.mark.outside
def test_seed_article(shared: Path) -> None:
    """The seed article has its two sections of 3 and 5 paragraphs, its caption, and no furniture, as text and as a page."""
    for name, form in (("seed-thai-nguyen.txt", PageForm.TEXT), ("synth-0.html", PageForm.HTML)):
        article = extract(Page(body=(shared / "corpus/articles" / name).read_bytes(), name=name, identity=name, form=form))
        assert [(section.heading, len(section.paragraphs)) for section in article.sections] == [("Nâng cao vai trò cấp ủy", 3), ("Phát huy nội lực từ cơ sở", 5)]
        assert article.captions == ("Lãnh đạo TP Thái Nguyên khảo sát triển khai Dự án động lực phát triển cơ sở hạ tầng trên địa bàn",)
        body = " ".join(text for section in article.sections for text in section.paragraphs)
        assert not any(label in body for label in ("Phản hồi", "Các tin khác", "Mới nhất", "Xem nhiều nhất"))
