"""What is said about an idea, and who may read it."""

import re
import uuid

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.coauthors import CoAuthor
from ideas.models.sharing import TeamMember
from ideas.models.submission import Idea
from incubators.models import Membership
from incubators.rules import memberships_of
from unlimited.lookups import Found

Role = Membership.Role


class NoteQuerySet(models.QuerySet):
    def visible_to(self, user, idea: Idea):
        """What `user` may read of all that is said about `idea`. Every page, file and mail asks here.

        As one of those who write it, while they are: what is said to them. As staff, while they may open the case:
        that, what is for all staff, what they wrote themselves with the replies to it, and what is for those among
        whom they are. Does not ask for `is_staff` or `is_superuser`: national staff see no personal cases.
        """
        if not (user and user.is_authenticated):
            return self.none()
        writes_along = Exists(CoAuthor.objects.joined().filter(idea=idea, user=user))
        readable = Q(idea__author=user) | Q(writes_along)
        return self.filter(Q(audience=Note.Audience.AUTHOR) & readable | _readable_by_staff(user, idea), idea=idea)

    def to_author(self):
        """What the author and those who write along read, and what is handed out with the case."""
        return self.filter(audience=Note.Audience.AUTHOR)

    def between_staff(self):
        return self.exclude(audience=Note.Audience.AUTHOR)

    def with_mentioned(self):
        """Fetch the names of those who are told of each by name, as `told`."""
        people = Note.mentioned.through.objects.filter(note=OuterRef("pk")).order_by("pk")
        name = Coalesce(NullIf("user__name", Value("")), "user__email", output_field=models.TextField())
        return self.annotate(told=ArraySubquery(people.values_list(name, flat=True)))

    def written_by(self, user):
        """The person's own words, where they may still open the case they are about."""
        cases = Idea.objects.cases_of(user).filter(pk=OuterRef("idea"))
        ideas = Idea.objects.read_by_writers(user).filter(pk=OuterRef("idea"))
        return self.filter(Found(cases) | Found(ideas), author=user)


def _readable_by_staff(user, idea: Idea) -> Q:
    roles = memberships_of(user).get(idea.incubator_id, frozenset())
    if not idea.is_case_of(user, roles):
        return Q(pk__in=[])
    mine = Q(author=user) | Q(reply_to__author=user)
    for_all = Q(audience__in=[Note.Audience.AUTHOR, Note.Audience.STAFF])
    if Role.LEADER in roles:
        return for_all | mine | Q(audience__in=[Note.Audience.TEAM, Note.Audience.LEADER])
    on_it = Q(idea__taken_by=user) | Exists(TeamMember.objects.filter(idea=idea, user=user))
    return for_all | mine | (Q(audience=Note.Audience.TEAM) & on_it if Role.MODERATOR in roles else Q(pk__in=[]))


class Note(models.Model):
    """Something said about an idea. Its audience is stored on it, so that no page has to guess who may read it.

    A reply has the audience of what it answers, and answers no other reply: `ideas.actions.notes` sees to both.
    """

    class Audience(models.TextChoices):
        AUTHOR = "author", _("The author and the incubator")
        TEAM = "team", _("Only those who work on this case")
        STAFF = "staff", _("Only the incubator's staff")
        LEADER = "leader", _("Only the leaders, and who wrote it")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="notes", db_index=False)
    audience = models.CharField(max_length=20, choices=Audience)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="idea_notes"
    )
    body = models.TextField(_("Text"), max_length=4000)
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="notes_that_mention")
    with_slip = models.BooleanField(default=False, help_text="Written by whoever held the paper slip of the case.")
    reply_to = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    created_at = models.DateTimeField(default=timezone.now)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="note_not_empty"),
            # A note of an unknown audience would be invisible to all.
            models.CheckConstraint(
                condition=Q(audience__in=["author", "team", "staff", "leader"]), name="note_audience_is_known"
            ),
            models.CheckConstraint(condition=~Q(reply_to=models.F("pk")), name="note_answers_another"),
        ]
        indexes = [models.Index(fields=["idea", "created_at"], name="note_by_idea")]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}: {self.body[:40]}"


def mentioned_in(body: str, names: dict[str, str]) -> set[str]:
    """Return the keys of those of `names` whom `body` calls by an @ and their name, whole or its first word.

    A name that two people share matches neither; a full name goes before another's first name.
    """
    whole, first = _by_word(names, lambda name: name), _by_word(names, lambda name: name.split(" ")[0])
    keys = first | whole
    # The longest is tried first, so that the one of two people with the same first name is not called by it.
    words = "|".join(re.escape(word) for word in sorted(keys, key=len, reverse=True))
    called = re.findall(rf"(?<!\w)@({words})(?!\w)", body, re.IGNORECASE) if words else []
    return {next(iter(keys[word.lower()])) for word in called if len(keys.get(word.lower(), ())) == 1}


def _by_word(names: dict[str, str], word_of) -> dict[str, set[str]]:
    found = {}
    for key, name in names.items():
        found.setdefault(word_of(name).lower(), set()).add(key)
    return found
