"""What happens at an event: its sessions, who speaks, and what there is to read afterwards."""

import datetime as dt
import secrets

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from events.actions.organising import item_version
from events.actions.times import outside
from events.forms.organising import formfield
from events.forms.versions import VersionedForm
from events.models import Event, Material, Session, Speaker
from unlimited.content.forms import PictureField
from unlimited.content.templatetags.site_text import moment

LARGEST_FILE = 10 * 2**20
PDF_BEGINS = b"%PDF-"


class PdfField(forms.FileField):
    """A PDF of at most 10 MB, known by how it begins and not by its name, which we do not keep."""

    widget = forms.FileInput(attrs={"accept": "application/pdf"})

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile):
            if upload.size > LARGEST_FILE:
                raise ValidationError(_("The file is larger than 10 MB. Choose a smaller one."), code="large")
            upload.seek(0)
            if upload.read(len(PDF_BEGINS)) != PDF_BEGINS:
                raise ValidationError(_("This is no PDF. Save it as a PDF first."), code="kind")
            upload.seek(0)
            upload.name = f"{secrets.token_urlsafe(18)}.pdf"
        return upload


class _ItemForm(VersionedForm):
    def __init__(self, data=None, files=None, *, instance):
        super().__init__(data, files, instance=instance)
        self.initial["seen"] = self.version_of(instance)

    def version_of(self, row) -> str:
        return item_version(row)

    def anew(self, data, row) -> "_ItemForm":
        """A file does not come along: no browser lets a page put one into a form."""
        return type(self)(data, instance=row)

    def to_add(self) -> "_ItemForm":
        """Return the same words, not saved, for a new item: somebody has deleted the one they were for."""
        form = self.anew(self.data, type(self.instance)(event=self.instance.event))
        form.add_error(
            None,
            _("Somebody else has deleted this while you wrote. Your words are below: save them to add it anew."),
        )
        return form


class SessionForm(_ItemForm):
    heading, button = _("Session"), _("Save the session")

    class Meta:
        model = Session
        formfield_callback = formfield
        fields = ("title", "starts_at", "ends_at", "room", "summary", "speakers", "has_speakers_to_come")
        widgets = {"speakers": forms.CheckboxSelectMultiple}

    def __init__(self, data=None, files=None, *, instance: Session):
        super().__init__(data, files, instance=instance)
        speakers = instance.event.speakers.all()
        self.fields["speakers"].queryset = speakers
        if not speakers:
            del self.fields["speakers"]

    def clean(self):
        cleaned = super().clean()
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("It ends before it begins. Look at the day and the time."))
        elif starts_at and ends_at:
            self.check_inside(self.instance.event, starts_at, ends_at)
        return cleaned

    def check_inside(self, event: Event, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
        """Say where the session would lie outside its event."""
        if outside([Session(starts_at=starts_at, ends_at=ends_at)], event.starts_at, event.ends_at):
            words = _("The event lasts from %(start)s to %(end)s. The session lies outside that.")
            self.add_error("starts_at", words % {"start": moment(event.starts_at), "end": moment(event.ends_at)})


class SpeakerForm(_ItemForm):
    heading, button = _("Speaker"), _("Save the speaker")
    picture = PictureField(label=_("Picture"), required=False, help_text=_("JPEG, PNG, WebP or AVIF, at most 10 MB."))

    class Meta:
        model = Speaker
        formfield_callback = formfield
        fields = ("name", "organisation", "about", "picture", "picture_alt", "has_picture_consent")
        help_texts = {"picture_alt": _("For those who cannot see it.")}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("picture") and not cleaned.get("has_picture_consent"):
            # Without the person's yes there is no picture: one that stood there goes.
            if self.instance.picture and "picture" not in self.changed_data:
                cleaned["picture"] = ""
            else:
                self.add_error("has_picture_consent", _("Ask the person first. Without a yes, save without a picture."))
        return cleaned


class MaterialForm(_ItemForm):
    heading, button = _("Link or file"), _("Save it")
    file = PdfField(label=_("File (PDF)"), required=False, help_text=_("At most 10 MB."))

    class Meta:
        model = Material
        formfield_callback = formfield
        fields = ("title", "url", "file", "position")
        labels = {"position": _("Place in the list")}
        help_texts = {"position": _("The lowest number comes first.")}

    def clean(self):
        cleaned = super().clean()
        if "url" in cleaned and "file" in cleaned and bool(cleaned["url"]) == bool(cleaned["file"]):
            self.add_error("url", _("Give either a link or a file."))
        return cleaned


# By their words in the address.
ITEM_FORMS = {"okt": SessionForm, "foredragsholder": SpeakerForm, "materiale": MaterialForm}


def form_for(kind: str, event: Event, row=None) -> tuple[type[forms.ModelForm], object]:
    """Return the form of a kind of item, and the row to fill: a new one of the event where none is given."""
    form_class = ITEM_FORMS[kind]
    if row is None:
        row = form_class._meta.model(event=event)
        if isinstance(row, Session):
            row.starts_at = event.starts_at
    return form_class, row
