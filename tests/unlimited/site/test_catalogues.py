"""Words are found in code and templates, kept on update, and their mistakes are told."""

import gettext
import re

import pytest
from babel.messages.catalog import Catalog

from unlimited.site import catalogues


@pytest.fixture
def project(tmp_path, settings):
    """A small project of its own, with one Python file and one template."""
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    (tmp_path / "ideas").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "ideas" / "views.py").write_text(
        "_('Send it in')\nngettext('%(n)s idea', '%(n)s ideas', n)\npgettext('month', 'May')\n"
    )
    (tmp_path / "templates" / "page.html").write_text(
        '{% translate "It\'s here" %} garbage( {# no #}\n   {{ _("Yes") }} {% if x == _("No") %}{% endif %}\n'
        "{% blocktranslate trimmed with name=x %}\n  Hello {{ name }},\n  100 % yours\n{% endblocktranslate %}"
        "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
        '{% translate "May" context "permission" %}'
    )
    return tmp_path


def ours(messages):
    theirs = set()
    for path in catalogues._source_files():
        if "allauth" in path.parts and path.suffix == ".py":
            with path.open("rb") as file:
                theirs.update(catalogues._messages_in_python(file))
        elif "allauth" in path.parts:
            theirs.update(catalogues._messages_in_template(path.read_text(), str(path)))
    return messages - theirs


def test_messages_are_found_in_python_and_templates(project):
    assert ours(catalogues.messages_in_code()) == {
        (None, "Send it in"),
        (None, ("%(n)s idea", "%(n)s ideas")),
        ("month", "May"),
        (None, "It's here"),
        (None, "Yes"),
        (None, "No"),
        (None, "Hello %(name)s, 100 %% yours"),
        (None, ("%(n)s day", "%(n)s days")),
        ("permission", "May"),
    }


def test_messages_of_allauth_are_found_and_have_its_bokmal(project):
    messages = catalogues.extract("nb")
    assert (None, "Incorrect code.") in catalogues.messages_in_code()
    assert messages.get("Incorrect code.").string


def test_extract_keeps_translations_and_drops_what_is_gone(project):
    path = catalogues.catalogue_path("nn")
    catalogue = catalogues.extract("nn")
    catalogue.get("Send it in").string = "Send inn"
    catalogue.add("Gone", "Borte")
    catalogues.write_catalogue(path, catalogue, "nn")
    first = catalogues.extract("nn")
    text = path.read_text()
    assert first.get("Send it in").string == "Send inn"
    assert "Gone" not in text
    catalogues.extract("nn")
    assert path.read_text() == text


def test_compile_makes_what_gettext_reads_once(project):
    catalogue = catalogues.extract("nn")
    catalogue.get("Send it in").string = "Send inn"
    catalogues.write_catalogue(catalogues.catalogue_path("nn"), catalogue, "nn")
    assert catalogues.compile_stale("nn") is True
    assert catalogues.compile_stale("nn") is False
    with catalogues.catalogue_path("nn").with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Send it in") == "Send inn"


@pytest.mark.parametrize(
    ("msgid", "string", "flags", "problem"),
    [
        ("A", "", (), "not translated"),
        ("A", "Å", ("fuzzy",), "unsure (fuzzy)"),
        ("%(n)s a", "%(m)s å", (), "other placeholders"),
        ("{n} a", "å", (), "other placeholders"),
        ("%s a", "å", (), "other placeholders"),
        (" a", "å", (), "other spaces at the edges"),
        (("%(n)s a", "%(n)s b"), ("%(n)s å", ""), (), "not translated"),
        (("a", "%(n)s b"), ("en", "flere"), (), "other placeholders"),
        (("a", "%(n)s b"), ("en %(x)s", "%(n)s flere"), (), "placeholders that the original lacks"),
    ],
)
def test_check_tells_the_mistake(msgid, string, flags, problem):
    catalogue = Catalog(locale="nn")
    catalogue.add(msgid, string, flags=flags)
    assert f"{problem}: {msgid!r}" in catalogues.problems_in(catalogue, {(None, msgid)})


def test_check_tells_what_is_missing_and_left_over():
    catalogue = Catalog(locale="nn")
    catalogue.add("Old", "Gammal")
    assert catalogues.problems_in(catalogue, {(None, "New")}) == [
        "no longer in the code: 'Old'",
        "not in the catalogue: 'New'",
    ]


def test_check_is_silent_about_a_good_catalogue():
    catalogue = Catalog(locale="nn")
    catalogue.add(("one day", "%(n)s days"), ("éin dag", "%(n)s dagar"))
    catalogue.add("100 %% yours, {name} ", "100 %% ditt, {name} ")
    wanted = {(None, ("one day", "%(n)s days")), (None, "100 %% yours, {name} ")}
    assert catalogues.problems_in(catalogue, wanted) == []


# Words that say something else than what is meant: to give up, drunk, afraid of, to quit a job.
WRONG = {
    "nb": r"(?i)\bfulleste\b|\bredde? for\b|\bgi opp\b|(forfatteren|den som skrev|er med[^.]*),? har sluttet",
    "nn": r"(?i)\bfull(a|e)ste\b|\bredde? for\b|\bg(i|je) opp\b|(forfattaren|den som skreiv|er med[^.]*),? har slutta",
}


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_translations_use_no_word_that_says_something_else(language):
    catalogue = catalogues.read_catalogue(catalogues.catalogue_path(language), language)
    strings = [string for message in catalogue for string in ([message.string], message.string)[message.pluralizable]]
    assert len(strings) > 3000
    assert [string for string in strings if re.search(WRONG[language], string)] == []
