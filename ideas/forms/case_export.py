"""What is asked before a case is handed out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ideas.models import CaseExport
from unlimited.content.forms import plain_text_formfield


class CaseExportForm(forms.ModelForm):
    class Meta:
        model = CaseExport
        formfield_callback = plain_text_formfield
        fields = ("asked_by", "has_author", "form")
        widgets = {"form": forms.RadioSelect}
        help_texts = {
            "asked_by": _("A name, a newspaper, or “anonymous”. It is kept with the case."),
            "has_author": _("Think of who may read it, above all where the author is young."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["form"].initial = CaseExport.Form.PDF
        self.fields["form"].choices = CaseExport.Form.choices
