"""A document holds what it was given, word for word, and says to a screen reader what is what."""

import datetime as dt
import io

import pypdf
import pytest
import typst

from unlimited.jobs import pdf

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SCRIPTS = {
    "Tigrinya": "ትግርኛ",
    "Amharic": "አማርኛ",
    "Tamil": "தமிழ் மொழி",
    "Thai": "ภาษาไทย",
    "Arabic": "العربية",
    "Urdu": "اردو ٹھیک",
    "Chinese": "你好",
    "Japanese": "日本語 ひらがな",
    "Korean": "한국어",
    "Hebrew": "שלום",
    "emoji": "😀 🚲 👍🏽 ❤️",
}
DOCUMENT = """
#import "base.typ": facts, page-of, pairs, words
#show: page-of
= #facts.title
#words(facts.text)
#pairs(facts.pairs)
"""


@pytest.fixture
def document(tmp_path, monkeypatch):
    """Return a function that makes a document of a template written in the test."""
    (tmp_path / "base.typ").write_text((pdf.FOLDER / "base.typ").read_text())
    monkeypatch.setattr(pdf, "FOLDER", tmp_path)

    def make(source: str = DOCUMENT, **facts) -> pypdf.PdfReader:
        (tmp_path / "one.typ").write_text(source)
        facts = {"text": "", "pairs": [], **facts}
        return pypdf.PdfReader(io.BytesIO(pdf.make_pdf("one", title="En sak", language="nb", facts=facts, made_at=NOW)))

    return make


def text_of(reader: pypdf.PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def test_document_is_tagged_and_names_its_language_and_title(document):
    reader = document()
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "nb"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert reader.metadata.title == "En sak"
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_text_of_people_is_never_markup(document):
    odd = '#panic("no") *not bold* $x$ <label> @ref = heading // comment \\ [a] æøå'
    assert odd in text_of(document(text=odd, pairs=[["Hva", "#1"]])).replace("\n", " ")


def test_paragraphs_and_lines_stay(document):
    assert text_of(document(text="One\ntwo\n\nThree")).split("\n")[1:4] == ["One", "two", "Three"]


def test_same_facts_make_the_same_bytes(document):
    assert document().stream.getvalue() == document().stream.getvalue()


def test_document_reads_nothing_outside_its_folder(document):
    with pytest.raises(typst.TypstError):
        document('#import "base.typ": page-of\n#show: page-of\n= A\n#read("/../settings.py")')


def test_picture_without_words_is_refused(document):
    picture = (
        '#image(bytes("<svg xmlns=\\"http://www.w3.org/2000/svg\\" width=\\"9\\" height=\\"9\\"/>"), format: "svg")'
    )
    with pytest.raises(typst.TypstError, match="alt"):
        document('#import "base.typ": page-of\n#show: page-of\n= A\n' + picture)


def test_letters_that_no_font_has_do_not_keep_a_document_back(document):
    assert "Hei" in text_of(document(text="Hei \U00012000 \U00013000"))


@pytest.mark.parametrize("text", ["čáŋđ", "Łódź", "Привет", "Tiếng Việt"])
def test_letters_of_our_neighbours_need_no_font_of_the_machine(document, monkeypatch, text):
    monkeypatch.setattr(pdf, "ATTEMPTS", pdf.ATTEMPTS[:1])
    assert text in text_of(document(text=text))


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_scripts_of_people_here_need_no_font_of_the_machine(document, monkeypatch, text):
    """Each letter can be read back. The order and number of joined signs is the reader's."""
    monkeypatch.setattr(pdf, "ATTEMPTS", pdf.ATTEMPTS[:2])
    made = document(text=text)
    assert set(text) <= set(text_of(made))
    assert b"pdfuaid" in made.trailer["/Root"]["/Metadata"].get_data()


def test_scripts_need_the_fonts_that_are_shipped(document, monkeypatch):
    monkeypatch.setattr(pdf, "ATTEMPTS", pdf.ATTEMPTS[:1])
    with pytest.raises(AssertionError, match="asks for no letters"):
        document(text=SCRIPTS["Tigrinya"])
