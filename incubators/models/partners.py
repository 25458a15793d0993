"""People of the municipality who read what an incubator reports. A role of its own: they are no staff."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubators.models.places import Incubator
from unlimited.history import tracked


class MunicipalPartnerQuerySet(models.QuerySet):
    def current(self):
        return self.filter(ended_at=None)

    def of(self, user):
        """Where `user` is named. The address is the key: a log-in proves that it is the person's."""
        return self.filter(email=user.email.lower()) if user.is_authenticated else self.none()


@tracked("incubator added_at added_by ended_at")
class MunicipalPartner(models.Model):
    """An address in a municipality whose person may read the reports that an incubator has sent, and nothing else."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incubator = models.ForeignKey(Incubator, models.CASCADE, related_name="municipal_partners")
    email = models.EmailField(_("E-mail"))
    name = models.CharField(_("Name and department"), max_length=120)
    language = models.CharField(_("Language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="municipal_partners_added"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MunicipalPartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("municipal partner")
        verbose_name_plural = _("municipal partners")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incubator", "email"], condition=Q(ended_at=None), name="municipal_partner_once"
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="municipal_partner_email_is_lower"),
            models.CheckConstraint(condition=~Q(name=""), name="municipal_partner_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
