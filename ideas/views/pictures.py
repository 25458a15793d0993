"""How the picture of an idea is handed out, whoever may see it."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from ideas.models import Idea


def picture_answer(request: HttpRequest, name: str, *, is_public: bool = False) -> HttpResponse:
    """Return the file `name`. Its own headers keep it from ever being a page.

    A browser may keep a public one but asks each time, so that it is gone as soon as it is public no more.
    """
    etag = quote_etag(name)
    response = get_conditional_response(request, etag=etag) or _file(name)
    response["ETag"] = etag
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "public, no-cache" if is_public else "private, no-store"
    return response


def _file(name: str) -> FileResponse:
    try:
        file = Idea._meta.get_field("picture").storage.open(name, "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(file, content_type="image/webp")
