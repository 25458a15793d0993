"""What staff look for in the outbox."""

from django import forms
from django.utils.translation import gettext_lazy as _

from unlimited.content.forms import PlainTextField
from unlimited.mail import kinds
from unlimited.mail.models import OutgoingMail


def _kinds_by_label() -> list[tuple[str, str]]:
    return sorted(((name, kinds.label_of(name)) for name in kinds.names()), key=lambda kind: kind[1].casefold())


class OutboxFilter(forms.Form):
    """Which mails to show; all fields may be empty."""

    marks_optional = False

    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All")), *OutgoingMail.Status.choices]
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=lambda: [("", _("All")), *_kinds_by_label()])
    recipient = PlainTextField(label=_("Recipient begins with"), required=False, max_length=254)

    def mails(self):
        """Return the mails asked for, newest first; a filter that is not understood shows all."""
        chosen = self.cleaned_data if self.is_valid() else {}
        mails = OutgoingMail.objects.newest_first()
        if chosen.get("status"):
            mails = mails.filter(status=chosen["status"])
        if chosen.get("kind"):
            mails = mails.filter(kind=chosen["kind"])
        if chosen.get("recipient"):
            mails = mails.to(chosen["recipient"])
        return mails
