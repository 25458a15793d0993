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
# People write in more letters than the wheel's fonts have: then those of the machine are asked, and where these lack
# them too, a document with boxes in it is better than none. Each pair: accessible, with the machine's fonts.
ATTEMPTS = ((True, False), (True, True), (False, True))
NO_SUCH_LETTER = "could not be displayed"


def make_pdf(template: str, *, title: str, language: str, facts: dict, made_at: dt.datetime) -> bytes:
    """Return `templates/pdf/<template>.typ` filled with `facts` (plain JSON), in some hundredths of a second.

    Raises typst.TypstError where the template is wrong, also where it would not be accessible: a picture without words.
    """
    everything = {**facts, "title": title, "language": language}
    for is_accessible, has_machines_fonts in ATTEMPTS:
        try:
            return typst.compile(
                str(FOLDER / f"{template}.typ"),
                root=str(FOLDER),
                ignore_system_fonts=not has_machines_fonts,
                pdf_standards=["ua-1"] if is_accessible else [],
                sys_inputs={"facts": json.dumps(everything)},
                timestamp=int(made_at.timestamp()),
            )
        except typst.TypstError as error:
            if NO_SUCH_LETTER not in str(error):
                raise
            logger.warning("A document has letters that no font here has.", extra={"template": template})
    raise AssertionError("The last attempt asks for no letters.")
