"""How every form field of the site is drawn: Designsystemet's markup, without its JavaScript."""

from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import CheckboxInput, FileInput


class SiteBoundField(BoundField):
    """A field that knows what `templates/django/forms/field.html` asks about it."""

    def build_widget_attrs(self, attrs, widget=None):
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        own_class = attrs.get("class") or widget.attrs.get("class", "")
        return attrs if widget.is_hidden else {**attrs, "class": f"{own_class} ds-input".strip()}

    @property
    def use_fieldset(self) -> bool:
        """A group of choices is a fieldset; one file is a field with a label, whatever Django thinks."""
        return super().use_fieldset and not isinstance(self.field.widget, FileInput)

    @property
    def is_single_checkbox(self) -> bool:
        return isinstance(self.field.widget, CheckboxInput)

    @property
    def is_marked_optional(self) -> bool:
        """Optional fields say so. A form of filters, where all are, sets `marks_optional = False`; so may a field."""
        marks = getattr(self.field, "marks_optional", getattr(self.form, "marks_optional", True))
        return marks and not (self.field.required or self.is_single_checkbox)

    @property
    def anchor(self) -> str:
        """The id that a link in the error summary leads to: the field, or the first choice of a group."""
        return self.id_for_label or f"{self.auto_id}_0"


class SiteFormRenderer(TemplatesSetting):
    """The setting FORM_RENDERER."""

    bound_field_class = SiteBoundField
