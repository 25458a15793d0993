"""Forms that know which version of a row was read: two people may write at once, and neither loses a word."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from unlimited.content.templatetags.site_text import moment


class VersionedForm(forms.ModelForm):
    """A form for a row. `seen` is the version that was read; empty for a new one."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def version_of(self, row) -> str:
        """Return the name of the version that `row` is."""
        raise NotImplementedError

    def anew(self, data, row) -> "VersionedForm":
        """Return a form of this kind, with the same words and another row."""
        raise NotImplementedError

    def again(self, current) -> "VersionedForm":
        """Return the same words, not saved: somebody else was first. Saving them again is now a choice."""
        data = self.data.copy()
        data["seen"] = self.version_of(current)
        form = self.anew(data, current)
        form.add_error(
            None,
            _(
                "Somebody else has changed this while you wrote. Your words are below and not saved yet. "
                "Look at what stands there now; save again if yours should stand."
            ),
        )
        return form

    @property
    def differences(self) -> list[tuple[str, object]]:
        """Return label and present value of each field where what is typed is something else."""
        names = [name for name in self.changed_data if name in self._meta.fields]
        return [(self.fields[name].label, self._in_words(name)) for name in names]

    def _in_words(self, name: str) -> object:
        field, value = self.fields[name], self.initial[name]
        if isinstance(field, forms.ModelMultipleChoiceField):
            value = "\n".join(map(str, value or []))
        elif isinstance(field, forms.ModelChoiceField):
            value = field.queryset.filter(pk=value).first()
        elif isinstance(field, forms.ChoiceField):
            value = dict(field.choices).get(value, value)
        elif isinstance(field, forms.BooleanField):
            value = _("Yes") if value else _("No")
        elif isinstance(value, dt.datetime):
            value = moment(value)
        else:
            value = field.prepare_value(value)
        return "–" if value in (None, "") else value
