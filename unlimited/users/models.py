"""People: one account per e-mail address, and what each has consented to."""

import uuid

import rules
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from unlimited.history import tracked
from unlimited.users.staff_access import acts_as_staff

# Five hundred people with name, address and role, compressed and encrypted.
MOST_DRAFT_BYTES = 300_000


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
    # No column: whether the session behind this object has shown the second factor. See `staff_access`.
    has_shown_factor = False
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
        return acts_as_staff(self) and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return acts_as_staff(self) and super().has_module_perms(app_label)

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email.split("@")[0]


@tracked("user source confirmed_by confirmed_at")
class FactorConfirmation(models.Model):
    """That a second factor is its owner's, and how that is known. One without it gives no staff permission.

    A thief of a mailbox can log in and set up a factor, so a code by e-mail confirms none.
    """

    class Source(models.TextChoices):
        INVITATION = "invitation", _("Set up right after accepting an invitation")
        OWN_FACTOR = "own-factor", _("Set up by someone who had shown a confirmed one")
        PERSON = "person", _("Confirmed by a person")
        SERVER = "server", _("Confirmed on the server")
        EARLIER = "earlier", _("From before confirmations")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="factor_confirmations")
    authenticator = models.OneToOneField("mfa.Authenticator", models.CASCADE, related_name="confirmation")
    source = models.CharField(max_length=12, choices=Source)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="factors_confirmed"
    )
    confirmed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("confirmation of a second factor")
        verbose_name_plural = _("confirmations of second factors")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("user")),
                name="factor_not_confirmed_by_its_owner",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | models.Q(source="person"),
                name="factor_confirmed_by_only_for_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_source_display()}"


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


class Erasure(models.Model):
    """One erased account, by keyed hashes alone, to be erased again after an old copy is restored (`erasures`)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(default=timezone.now)
    person_hash = models.CharField(max_length=64)
    address_hashes = ArrayField(models.CharField(max_length=64))
    written_at = models.DateTimeField(null=True, blank=True, help_text="When it was written to ERASURES_FILE.")

    class Meta:
        verbose_name = _("erased account")
        verbose_name_plural = _("erased accounts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person_hash__regex=r"^[0-9a-f]{64}$"), name="erasure_holds_a_hash"
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.person_hash[:8]}"


class FormDraft(models.Model):
    """What a person has typed into a form and not sent yet, encrypted. `form_drafts` writes and reads it.

    `holder` is the hash of what opens it: a secret in the browser's session, or the account of `owner`.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="form_drafts"
    )
    holder = models.CharField(max_length=64)
    form = models.CharField(max_length=64, help_text="Hash of the address of the form, without its language.")
    content = models.BinaryField()
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("draft of a form")
        verbose_name_plural = _("drafts of forms")
        constraints = [
            models.UniqueConstraint(fields=["holder", "form"], name="form_draft_one_per_form"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("content"), MOST_DRAFT_BYTES), name="form_draft_is_bounded"
            ),
        ]
        indexes = [models.Index(fields=["saved_at"], name="form_draft_by_age")]

    def __str__(self) -> str:
        return f"{self.saved_at:%Y-%m-%d} {self.form[:8]}"
