"""People: one account per e-mail address, and what each has consented to."""

import uuid

import rules
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from unlimited.history import tracked


class UserManager(BaseUserManager):
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields):
        """Return a saved user. Without a password the account is reached by code alone."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        return self.create_user(email, password, **fields, is_staff=True, is_superuser=True)

    def get_by_natural_key(self, email: str):
        return self.get(email=email.lower())


@tracked("is_staff is_superuser is_active language")
class User(AbstractBaseUser, PermissionsMixin):
    """A person who can log in. No birth date, no national id: only what the work needs."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("E-mail"))
    name = models.CharField(_("Name"), max_length=120, blank=True)
    language = models.CharField(
        _("Language of mails"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    is_staff = models.BooleanField(_("National staff"), default=False)
    is_active = models.BooleanField(_("Active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(fields=["email"], name="user_email_unique"),
            # So that one address is one account, and is found by the index.
            models.CheckConstraint(condition=~models.Q(email__regex=r"[A-Z]"), name="user_email_in_small_letters"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def has_perm(self, perm: str, obj=None) -> bool:
        """A named rule alone decides, for superusers too: running the site gives no right to personal cases."""
        if rules.perm_exists(perm):
            return self.is_active and rules.has_perm(perm, self, obj)
        return super().has_perm(perm, obj)

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email.split("@")[0]


@tracked("user purpose given_at withdrawn_at")
class Consent(models.Model):
    """One consent of one person: to which text, when, where it was given, and when it was taken back.

    A row of its own, so that saving a profile can never clear it.
    """

    class Purpose(models.TextChoices):
        PUBLISH_IDEA = "publish-idea", _("Publish the idea")
        SHOW_PERSON = "show-person", _("Show me on an incubator's page")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40, choices=Purpose)
    subject = models.CharField(max_length=80, help_text="What it is about, as `idea:<uuid>`.")
    text_version = models.CharField(max_length=20)
    source = models.CharField(max_length=40, help_text="The page or desk where it was given.")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose", "subject"],
                condition=models.Q(withdrawn_at=None),
                name="consent_one_valid_per_subject",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | models.Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} ({self.text_version})"
