"""Documents to keep and to print: tagged PDF that a screen reader can read (PDF/UA-1), without system packages."""

import datetime as dt
import json
import logging
from pathlib import Path

import typst
from django.conf import settings

logger = logging.getLogger(__name__)

# One document a file. What it says is handed over as facts, so that words stay in the catalogues and a person's text is
# never read as markup.
FOLDER = Path(settings.BASE_DIR) / "templates" / "pdf"
# Noto fonts for the scripts that the wheel's fonts lack.
FONTS = Path(__file__).parent / "fonts"
ACCESSIBLE = {"pdf_standards": ["ua-1"]}
OUR_FONTS, ALL_FONTS = {"ignore_system_fonts": True}, {"ignore_system_fonts": False, "font_paths": [str(FONTS)]}
# Most documents need the wheel's fonts only. Where a letter is in none of ours, those of the machine are asked; where
# these lack it too, a document with boxes in it is better than none.
ATTEMPTS = (
    ACCESSIBLE | OUR_FONTS,
    ACCESSIBLE | OUR_FONTS | {"font_paths": [str(FONTS)]},
    ACCESSIBLE | ALL_FONTS,
    ALL_FONTS,
)
NO_SUCH_LETTER = "could not be displayed"


def make_pdf(template: str, *, title: str, language: str, facts: dict, made_at: dt.datetime) -> bytes:
    """Return `templates/pdf/<template>.typ` filled with `facts` (plain JSON), in some hundredths of a second.

    Raises typst.TypstError where the template is wrong, also where it would not be accessible: a picture without words.
    """
    everything = {**facts, "title": title, "language": language}
    for how in ATTEMPTS:
        try:
            return typst.compile(
                str(FOLDER / f"{template}.typ"),
                root=str(FOLDER),
                **how,
                sys_inputs={"facts": json.dumps(everything)},
                timestamp=int(made_at.timestamp()),
            )
        except typst.TypstError as error:
            if NO_SUCH_LETTER not in str(error):
                raise
            logger.info("A document has letters that its fonts lack.", extra={"template": template})
    raise AssertionError("The last attempt asks for no letters.")
