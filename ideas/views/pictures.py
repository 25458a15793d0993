"""How the picture of an idea is handed out, whoever may see it."""

from django.http import HttpRequest, HttpResponse

from ideas.models import Idea
from unlimited.content.files import file_answer


def picture_answer(request: HttpRequest, name: str, *, is_public: bool = False) -> HttpResponse:
    """Return the picture that is stored as `name`."""
    storage = Idea._meta.get_field("picture").storage
    return file_answer(request, storage, name, content_type="image/webp", is_public=is_public)
