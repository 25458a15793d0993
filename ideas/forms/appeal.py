"""What an author writes against a decision, and what a leader answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ideas.forms.moderation import text


class AppealForm(forms.Form):
    use_required_attribute = False

    reason = text(
        _("Why should it be decided otherwise?"),
        help_text=_("Say what they have misunderstood, or what has changed. A few sentences are enough."),
        missing=_("Write why you do not agree."),
    )


class AppealAnswerForm(forms.Form):
    """An answer on top of the case as it was read: `revision` is the one on the page."""

    use_required_attribute = False
    GRANTED, REFUSED = "ja", "nei"

    revision = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("What do you answer?"),
        widget=forms.RadioSelect,
        choices=[
            (GRANTED, _("I agree: the decision is undone")),
            (REFUSED, _("The decision stands")),
        ],
        error_messages={"required": _("Choose what you answer.")},
    )
    answer = text(
        _("Why?"),
        help_text=_("The author reads this."),
        missing=_("Write the reason, in words the author understands."),
    )
