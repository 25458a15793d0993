"""How a file that somebody uploaded is handed out: under headers that keep it from ever being a page."""

from django.core.files.storage import Storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag


def file_answer(
    request: HttpRequest, storage: Storage, name: str, *, content_type: str, is_public: bool, download_as: str = ""
) -> HttpResponse:
    """Return the stored file `name`; with `download_as`, as something to save. Raises Http404 where it is gone.

    A browser may keep a public one but asks each time, so that it is gone as soon as it is public no more.
    """
    etag = quote_etag(name)
    response = get_conditional_response(request, etag=etag) or _file(storage, name, content_type, download_as)
    response["ETag"] = etag
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "public, no-cache" if is_public else "private, no-store"
    return response


def _file(storage: Storage, name: str, content_type: str, download_as: str) -> FileResponse:
    try:
        file = storage.open(name, "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(file, content_type=content_type, as_attachment=bool(download_as), filename=download_as)
