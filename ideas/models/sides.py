"""The two sides of the work on an idea that is taken in: those who write it, and the one who supports it."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from ideas.models.coauthors import CoAuthor
from ideas.models.submission import Idea, IdeaQuerySet
from ideas.models.support import SupportRelation
from unlimited.lookups import OneOf


class Side(models.TextChoices):
    AUTHOR = "author", _("The author")
    SUPPORTER = "supporter", _("The supporter")

    @property
    def other(self) -> "Side":
        return Side.SUPPORTER if self == Side.AUTHOR else Side.AUTHOR


def side_of(user, idea: Idea) -> Side | None:
    """On which side `user` works with `idea` now: None for all others, and for who only reads along.

    A person who writes an idea acts as its author, also where they work at the incubator.
    """
    if idea.author_id is not None and idea.author_id == user.pk:
        return Side.AUTHOR
    writes = CoAuthor.objects.editors().filter(idea=OuterRef("pk"), user=user)
    supports = SupportRelation.objects.of_supporter(user).active().filter(idea=OuterRef("pk"))
    found = Idea.objects.filter(pk=idea.pk).values_list(Exists(writes), Exists(supports)).first()
    is_writer, is_supporter = found or (False, False)
    if is_writer:
        return Side.AUTHOR
    return Side.SUPPORTER if is_supporter else None


def ideas_of_side(user, side: Side) -> IdeaQuerySet:
    """The ideas where `user` is `side`: the rule of `side_of`, for many."""
    if side == Side.AUTHOR:
        return Idea.objects.edited_by(user)
    return Idea.objects.filter(OneOf("pk", SupportRelation.objects.of_supporter(user).active().values("idea")))
