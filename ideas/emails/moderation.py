"""What the incubator decided, to the author; and cases passed on between colleagues."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import tell_author, tell_colleagues
from ideas.emails.words import hears_by, words_of, writer_name
from ideas.models import Idea, Transition
from unlimited.mail.kinds import MailKind, register

CHANGES_REQUESTED = register(MailKind("idea-changes-requested", _("Changes asked for")))
ACCEPTED = register(MailKind("idea-accepted", _("An idea is taken in")))
DECLINED = register(MailKind("idea-declined", _("An idea is declined")))
ENDED = register(MailKind("idea-ended", _("The work has ended")))
HIDDEN = register(MailKind("idea-hidden", _("An idea is hidden")))
SHOWN = register(MailKind("idea-shown", _("An idea is shown again")))
REDACTED = register(MailKind("idea-redacted", _("Something is taken out of the public text")))
UNREDACTED = register(MailKind("idea-unredacted", _("Something is put back into the public text")))
PAUSED = register(MailKind("idea-paused", _("An idea is on hold")))
RESUMED = register(MailKind("idea-resumed", _("An idea goes on")))
STEP_CHANGED = register(MailKind("idea-step-changed", _("An idea has a new step")))
PASSED_ON = register(MailKind("case-passed-on", _("A case is passed on to you")))
ASKED_ALONG = register(MailKind("case-asked-along", _("You are asked along on a case")))


def mail_changes_requested(idea: Idea, log: Transition) -> None:
    """Send the question, with the day of an answer to who sends the idea in again at once."""
    answer_due_on = idea.incubator.answer_due_on(timezone.now()).isoformat()
    tell_author(CHANGES_REQUESTED, idea, log, answer_due_on=answer_due_on, **words_of(log, idea))


def mail_accepted(idea: Idea, log: Transition) -> None:
    facts = {"step": idea.step, "is_public": idea.is_public}
    facts |= {"holder": writer_name(idea.taken_by), "hears_by": hears_by(idea)}
    tell_author(ACCEPTED, idea, log, **facts, **words_of(log, idea))


def mail_declined(idea: Idea, log: Transition) -> None:
    tell_author(DECLINED, idea, log, **words_of(log, idea))


def mail_step_changed(idea: Idea, log: Transition) -> None:
    tell_author(STEP_CHANGED, idea, log, step=idea.step, hears_by=hears_by(idea), **words_of(log, idea))


def mail_paused(idea: Idea, log: Transition) -> None:
    tell_author(PAUSED, idea, log, **words_of(log, idea))


def mail_resumed(idea: Idea, log: Transition) -> None:
    tell_author(RESUMED, idea, log, hears_by=hears_by(idea), **words_of(log, idea))


def mail_ended(idea: Idea, log: Transition) -> None:
    tell_author(ENDED, idea, log, **words_of(log, idea))


def mail_hidden(idea: Idea, log: Transition) -> None:
    tell_author(HIDDEN, idea, log)


def mail_shown(idea: Idea, log: Transition) -> None:
    tell_author(SHOWN, idea, log)


def mail_redacted(idea: Idea, log: Transition) -> None:
    tell_author(REDACTED, idea, log)


def mail_unredacted(idea: Idea, log: Transition) -> None:
    tell_author(UNREDACTED, idea, log)


def mail_passed_on(idea: Idea, log: Transition) -> None:
    """Tell the colleague who has it now, unless they gave it to themselves."""
    tell_colleagues(PASSED_ON, idea, [log.passed_to], but=log.by, key=f"{idea.uuid}:v{log.revision}")


def mail_asked_along(idea: Idea, log: Transition) -> None:
    """Tell the colleague who works on it too from now on."""
    tell_colleagues(ASKED_ALONG, idea, [log.passed_to], but=log.by, key=f"{idea.uuid}:v{log.revision}")
