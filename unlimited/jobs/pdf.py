"""Documents to keep and to print: tagged PDF that a screen reader can read (PDF/UA-1), without system packages."""

import datetime as dt
import json
from pathlib import Path

import typst
from django.conf import settings

# One document a file. What it says is handed over as facts, so that words stay in the catalogues and a person's text is
# never read as markup.
FOLDER = Path(settings.BASE_DIR) / "templates" / "pdf"
STANDARD = "ua-1"


def make_pdf(template: str, *, title: str, language: str, facts: dict, made_at: dt.datetime) -> bytes:
    """Return `templates/pdf/<template>.typ` filled with `facts` (plain JSON), in some hundredths of a second.

    Raises typst.TypstError where the template is wrong, also where it would not be accessible: a picture without words.
    """
    everything = {**facts, "title": title, "language": language}
    return typst.compile(
        str(FOLDER / f"{template}.typ"),
        root=str(FOLDER),
        ignore_system_fonts=True,
        pdf_standards=[STANDARD],
        sys_inputs={"facts": json.dumps(everything)},
        timestamp=int(made_at.timestamp()),
    )
