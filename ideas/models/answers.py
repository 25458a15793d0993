"""What helps staff to answer: whom else an idea can be shown to, and texts to begin with."""

import datetime as dt
import re
import uuid
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incubators.models import Incubator
from unlimited.content.languages import in_our_language
from unlimited.content.templatetags.site_text import day
from unlimited.history import tracked

# Square brackets stand for what only the one who answers can know: [the name of the library]. A link of Markdown and
# the mark of words taken out are none.
GAP = re.compile(r"\[[^\[\]\n]*\w[^\[\]\n]*\](?!\()")


class PartnerQuerySet(models.QuerySet):
    def offered_by(self, incubator: Incubator):
        """Those that an answer of `incubator` can show the way to: the national list and its own."""
        return self.filter(Q(incubator=None) | Q(incubator=incubator), is_active=True)


@tracked("incubator is_active updated_at")
class Partner(models.Model):
    """Somebody outside the network who may help with an idea: on the national list, or on one incubator's own.

    Switched off, not deleted, so that answers that named it keep it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incubator = models.ForeignKey(Incubator, models.CASCADE, null=True, blank=True, related_name="partners")
    name = models.CharField(_("Name"), max_length=80)
    url = models.URLField(_("Website"), blank=True)
    about_nb = models.CharField(_("What they help with, in Bokmål"), max_length=300, blank=True)
    about_nn = models.CharField(_("What they help with, in Nynorsk"), max_length=300, blank=True)
    about_en = models.CharField(_("What they help with, in English"), max_length=300, blank=True)
    is_active = models.BooleanField(_("Active"), default=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["incubator", "name"], nulls_distinct=False, name="partner_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="partner_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def about(self) -> str:
        """What they help with, in the language of the page; in another where that is all there is."""
        return in_our_language(nb=self.about_nb, nn=self.about_nn, en=self.about_en)


@tracked("incubator kind language is_active updated_at")
class AnswerTemplate(models.Model):
    """A text to begin an answer with. What was good about the idea is never in it: that is written each time."""

    class Kind(models.TextChoices):
        """The answers that have a reason. Same values as the kinds of change."""

        DECLINED = "declined", _("Decline, with a reason")
        CHANGES_REQUESTED = "changes_requested", _("Ask for changes")
        PAUSED = "paused", _("Put the idea on hold")
        ENDED = "ended", _("End the work with the idea")
        HIDDEN = "hidden", _("Hide from the public pages")

    # What a template can hold, by the names of an answer's fields.
    TEXT_FIELDS = ("reason", "way_on")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incubator = models.ForeignKey(Incubator, models.CASCADE, related_name="answer_templates")
    kind = models.CharField(_("For which answer?"), max_length=20, choices=Kind)
    language = models.CharField(_("Language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    name = models.CharField(_("What to call it"), max_length=80)
    reason = models.TextField(_("Reason"), max_length=4000)
    way_on = models.TextField(_("A way on"), max_length=2000, blank=True)
    is_active = models.BooleanField(_("In use"), default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("answer text")
        verbose_name_plural = _("answer texts")
        ordering = ["kind", "language", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["incubator", "kind", "language", "name"], name="answer_template_name_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(reason=""), name="answer_template_has_words"),
        ]

    def __str__(self) -> str:
        return self.name


def gap_in(text: str) -> str:
    """Return the first gap that is not filled in, with its brackets; empty where there is none."""
    found = GAP.search(text)
    return found[0] if found else ""


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but spaces and line breaks."""
    return one.split() == other.split()


class Offer(NamedTuple):
    """One thing to choose on a case: a text to begin with, a partner or another incubator to lead to, a colleague.

    `kind` is of a text the answer that it is for, of a colleague the role; who has two is there twice.
    """

    what: str
    kind: str
    value: str
    name: str
    language: str
    away_until: str

    @property
    def language_name(self) -> str:
        return dict(settings.LANGUAGES).get(self.language, "")

    @property
    def label(self) -> str:
        """The name; of a colleague who is away, with the last day of the absence."""
        if not self.away_until:
            return self.name
        facts = {"name": self.name, "day": day(dt.date.fromisoformat(self.away_until))}
        return gettext("%(name)s (away until %(day)s)") % facts


def offers_at(incubator: Incubator) -> list[Offer]:
    """Return all that can be chosen on a case of `incubator`, by name: four lists in one query."""
    texts = incubator.answer_templates.filter(is_active=True).order_by()
    partners = Partner.objects.offered_by(incubator).order_by()
    colleagues = incubator.memberships.current().filter(user__is_active=True)
    others = Incubator.objects.places().exclude(pk=incubator.pk).order_by()
    rows = texts.values_list(
        Value("text"), "kind", Cast("uuid", models.TextField()), "name", "language", Value("")
    ).union(
        partners.values_list(
            Value("partner"), Value(""), Cast("uuid", models.TextField()), "name", Value(""), Value("")
        ),
        others.values_list(Value("incubator"), Value(""), "slug", "name", Value(""), Value("")),
        colleagues.order_by().values_list(
            Value("colleague"),
            "role",
            Cast("user__uuid", models.TextField()),
            Coalesce(NullIf("user__name", Value("")), "user__email", output_field=models.TextField()),
            Value(""),
            Case(
                When(absent_until__gte=timezone.localdate(), then=Cast("absent_until", models.TextField())),
                default=Value(""),
                output_field=models.TextField(),
            ),
        ),
        all=True,
    )
    return sorted((Offer(*row) for row in rows), key=lambda offer: offer.name.lower())
