"""Whose draft is it? Before log-in: the browser's. Its session holds a secret, the draft only that secret's hash."""

import hashlib
import secrets

from allauth.account.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from ideas.actions.submission import claim_drafts
from ideas.models import Idea
from ideas.models.submission import IdeaQuerySet
from unlimited.users.models import User

SESSION_KEY = "draft_secret"


def person_of(request: HttpRequest) -> User | None:
    """Return who has logged in; nobody where a draft is still the browser's."""
    return request.user if request.user.is_authenticated else None


def draft_key(session) -> str:
    """Return the hash by which drafts of this browser are found; empty where it has begun none."""
    secret = session.get(SESSION_KEY)
    return hashlib.sha256(secret.encode()).hexdigest() if secret else ""


def new_draft_key(session) -> str:
    """Return the browser's key; give the browser a secret where it has none."""
    if SESSION_KEY not in session:
        session[SESSION_KEY] = secrets.token_urlsafe(32)
    return draft_key(session)


def ideas_of(request: HttpRequest) -> IdeaQuerySet:
    """The ideas that whoever sends this request has written, logged in or not."""
    return Idea.objects.written_by(request.user, draft_key(request.session))


def ideas_to_read(request: HttpRequest) -> IdeaQuerySet:
    """Those, and what others share with the person."""
    return Idea.objects.read_by_writers(request.user, draft_key(request.session))


def ideas_to_edit(request: HttpRequest) -> IdeaQuerySet:
    """The ideas that whoever sends this request may write in."""
    return Idea.objects.edited_by(request.user, draft_key(request.session))


@receiver(user_logged_in)
def claim_on_login(sender, request, user, **kwargs) -> None:
    """Logging out forgets the browser's secret, so at log-in the browser's drafts become the person's."""
    if key := draft_key(request.session):
        claim_drafts(by=user, draft_key=key)
