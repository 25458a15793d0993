"""All that can be done on a case's page, in the order of the page."""

from ideas.forms.desk_entry import ToldForm
from ideas.forms.moderation import (
    AcceptForm,
    DeclineForm,
    EndForm,
    HideForm,
    PauseForm,
    ReleaseForm,
    RequestChangesForm,
    ResumeForm,
    ShowForm,
    StepForm,
    TakeForm,
)
from ideas.forms.moving import LaterDateForm, MoveForm
from ideas.forms.notes import MessageForm, NoteForm, ReplyForm
from ideas.forms.redaction import RedactForm, UnredactForm
from ideas.forms.sharing import AskAlongForm, LeaveTeamForm, PassOnForm
from ideas.forms.splitting import SplitForm

ANSWER_FORMS = (AcceptForm, RequestChangesForm, DeclineForm, StepForm, PauseForm, ResumeForm, EndForm)
SAY_FORMS = (ToldForm, MessageForm, NoteForm, LaterDateForm, AskAlongForm, PassOnForm, MoveForm, SplitForm)
PUBLIC_FORMS = (RedactForm, UnredactForm, HideForm, ShowForm)
HOLDER_FORMS = (TakeForm, ReleaseForm, LeaveTeamForm)
# Shown beside what it answers.
REPLY_FORMS = (ReplyForm,)
CASE_FORMS = {form.name: form for form in (*ANSWER_FORMS, *SAY_FORMS, *PUBLIC_FORMS, *HOLDER_FORMS, *REPLY_FORMS)}
