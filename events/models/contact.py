"""Who speaks for a party: the question to a new contact, and the request for links that somebody has lost."""

import datetime as dt
import uuid

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models.registration import Registration
from unlimited.history import tracked


@tracked("registration")
class ContactRequest(models.Model):
    """Somebody who is to be a party's contact, and has been asked by e-mail. The row ends with the answer."""

    LASTS = dt.timedelta(days=14)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    registration = models.OneToOneField(Registration, models.CASCADE, related_name="contact_request")
    name = models.CharField(_("Name"), max_length=120)
    email = models.EmailField(_("E-mail"), max_length=254)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("question to a new contact")
        verbose_name_plural = _("questions to new contacts")
        indexes = [models.Index(Lower("email"), name="contact_request_by_email")]

    def __str__(self) -> str:
        return self.name

    @property
    def expires_at(self) -> dt.datetime:
        return self.created_at + self.LASTS


class LinkRequest(models.Model):
    """An address typed to get lost links. The worker looks for them and deletes the row, at once or within the minute.

    So the page does the same work for each address.
    """

    email = models.EmailField(max_length=254)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("request for links")
        verbose_name_plural = _("requests for links")

    def __str__(self) -> str:
        return self.email
