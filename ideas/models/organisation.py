"""What an idea becomes when it is built to last: its form, its number, its statutes, and who it is for."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.submission import Idea
from unlimited.history import tracked


@tracked("idea form founded_on revision updated_at updated_by")
class Organisation(models.Model):
    """The form that an idea is given before it is built, or why none is chosen yet. One row an idea, kept up to date.

    There is no company form for social enterprise in Norway: these are the ones in use.
    """

    class Form(models.TextChoices):
        ASSOCIATION = "association", _("Association (forening)")
        COOPERATIVE = "cooperative", _("Cooperative (samvirke)")
        FOUNDATION = "foundation", _("Foundation (stiftelse)")
        COMPANY = "company", _("Limited company (AS)")
        NONPROFIT = "nonprofit", _("Non-profit limited company (ideelt AS), with a profit lock")
        EXISTING = "existing", _("It becomes part of an organisation that is there already")
        UNDECIDED = "undecided", _("Not decided yet")

    class Ready(models.TextChoices):
        """What those who give public money ask for."""

        STATUTES = "statutes", _("Statutes that say what it is for, and who gets the money if it closes")
        BOARD = "board", _("A board, and minutes of the meeting that chose it")
        NUMBER = "number", _("An organisation number")
        ACCOUNT = "account", _("A bank account in the organisation's name")
        ACCOUNTS = "accounts", _("A budget, and accounts for last year if there was one")
        RESULTS = "results", _("What you have tried and what came of it, with numbers")
        AUDITOR = "auditor", _("Somebody from outside who goes through the accounts")

    idea = models.OneToOneField(Idea, models.CASCADE, related_name="organisation")
    form = models.CharField(max_length=20, choices=Form)
    undecided_because = models.CharField(max_length=400, blank=True)
    name = models.CharField(max_length=120, blank=True)
    number = models.CharField(max_length=9, blank=True)
    founded_on = models.DateField(null=True, blank=True, help_text="From then on it counts in reports.")
    who_benefits = models.TextField(max_length=2000, blank=True)
    who_pays = models.TextField(max_length=2000, blank=True)
    ready = ArrayField(models.CharField(max_length=20, choices=Ready), default=list, blank=True)
    statutes = models.FileField(
        upload_to="statutes/", blank=True, help_text="Private: the two sides and the incubator."
    )
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="organisations_written"
    )

    class Meta:
        verbose_name = _("organisation of an idea")
        verbose_name_plural = _("organisations of ideas")
        constraints = [
            models.CheckConstraint(
                condition=~Q(form="undecided") | ~Q(undecided_because=""), name="organisation_undecided_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^([0-9]{9})?$"), name="organisation_number_has_9_digits"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_form_display()

    @staticmethod
    def is_thought_of(idea: Idea) -> bool:
        """Whether somebody has written which form it gets, or what has to be known first: then it can be built."""
        return hasattr(idea, "organisation")

    @property
    def ready_words(self) -> list[tuple[str, bool]]:
        """The whole checklist, with what is there."""
        return [(label, value in self.ready) for value, label in self.Ready.choices]
