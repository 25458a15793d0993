"""Whose draft is it? Before log-in: the browser's. Its session holds a secret, the draft only that secret's hash."""

import hashlib
import secrets

from allauth.account.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from ideas.actions.submission import claim_drafts
from ideas.models import Idea
from ideas.models.submission import IdeaQuerySet
from unlimited.users.adapter import ASK_FIRST
from unlimited.users.addresses import addresses_of
from unlimited.users.models import User

SESSION_KEY = "draft_secret"
# The draft that is being sent in, and the address that a code was sent to for that.
SENDING = "draft_being_sent"


def person_of(request: HttpRequest) -> User | None:
    """Return the logged-in user; None where the draft still belongs to the browser."""
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
    """Return the ideas of the person; before log-in, those of the browser.

    After log-in the browser's drafts have no owner until the person has said that they are theirs.
    """
    return Idea.objects.written_by(request.user, _key_before_login(request))


def ideas_to_read(request: HttpRequest) -> IdeaQuerySet:
    """Those, and what others share with the person."""
    return Idea.objects.read_by_writers(request.user, _key_before_login(request))


def ideas_to_edit(request: HttpRequest) -> IdeaQuerySet:
    """The ideas that the sender of this request may write in."""
    return Idea.objects.edited_by(request.user, _key_before_login(request))


def drafts_of_browser(session) -> IdeaQuerySet:
    """Return the drafts that were begun in this browser and belong to no account."""
    key = draft_key(session)
    return Idea.objects.filter(author=None, draft_key=key) if key else Idea.objects.none()


def note_sending(session, *, idea: Idea, email: str) -> None:
    """Note that a code for `idea` goes to `email`: after that code the draft is the person's, without a question."""
    session[SENDING] = {"uuid": str(idea.uuid), "email": email.lower()}


@receiver(user_logged_in)
def claim_or_ask(sender, request, user, **kwargs) -> None:
    """Give the draft that is being sent in to the person, and have them asked about all others of this browser."""
    sending = request.session.pop(SENDING, {})
    if sending and sending["email"] in addresses_of(user):
        claim_drafts(by=user, draft_key=draft_key(request.session), uuid=sending["uuid"])
    if drafts_of_browser(request.session).exists():
        request.session[ASK_FIRST] = "ideas:whose_draft"


def _key_before_login(request: HttpRequest) -> str:
    return "" if request.user.is_authenticated else draft_key(request.session)
