"""Stories: somebody is asked whether theirs may be used, and somebody has taken back a yes. No story is in a mail."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import title_of
from ideas.models import CoAuthor, Idea, Story, StoryPerson
from incubators.contacts import replies_to
from incubators.models import Membership
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute
from unlimited.users.emails import name_of
from unlimited.users.models import User

ASKED = register(MailKind("story-asked", _("Asked to say yes to a story")))
LINK = register(MailKind("story-link", _("New link to a story")))
WITHDRAWN = register(MailKind("story-withdrawn", _("A yes to a story is taken back")))


def mail_story_asked(story: Story, people: Iterable[StoryPerson], by: User) -> None:
    """Send each their own link: once a day for each wording and each link."""
    idea, today = story.idea, timezone.localdate().isoformat()
    enqueue_many(
        {
            "kind": ASKED.name,
            "key": f"{ASKED.name}:{person.uuid}:v{story.revision}:{today}:{person.token[:8]}",
            "to": person.email,
            "language": person.language,
            "snapshot": {
                "title": title_of(idea),
                "incubator": idea.incubator.name,
                **replies_to(idea.incubator),
                "asker": name_of(by),
                "is_again": 0 < person.asked_revision < story.revision,
                "url": absolute("ideas:story_person", person.language, person.uuid, person.token),
            },
        }
        for person in people
    )


def mail_story_link(story: Story, person: StoryPerson) -> None:
    """Send somebody the new link that they have asked for."""
    enqueue_many(
        [
            {
                "kind": LINK.name,
                "key": f"{LINK.name}:{person.uuid}:{person.link_version}",
                "to": person.email,
                "language": person.language,
                "snapshot": {
                    "title": title_of(story.idea),
                    "url": absolute("ideas:story_person", person.language, person.uuid, person.token),
                },
            }
        ]
    )


def mail_story_withdrawn(story: Story, person: StoryPerson, *, number: int) -> None:
    """Tell who works with the idea and who leads there, without the one who took it back; `number` is of what ended.

    What we control has left our pages by then: they see to the places that we do not.
    """
    idea = story.idea
    enqueue_many(
        {
            "kind": WITHDRAWN.name,
            "key": f"{WITHDRAWN.name}:{story.uuid}:{number}:{reader.uuid}",
            "to": reader.email,
            "language": reader.language,
            "snapshot": {
                "title": title_of(idea),
                "incubator": idea.incubator.name,
                **replies_to(idea.incubator),
                "is_author": page == "ideas:my_story",
                "url": absolute(page, reader.language, idea.uuid, story.uuid),
            },
        }
        for reader, page in _readers(story, idea).items()
        if reader.is_active and reader.email != person.email
    )


def _readers(story: Story, idea: Idea) -> dict[User, str]:
    """Each with the page where they can open the story now."""
    relation = idea.support_relations.active().select_related("supporter").first()
    leaders = Membership.objects.current().filter(incubator=idea.incubator_id, role=Membership.Role.LEADER)
    staff = [relation.supporter] if relation and relation.supporter else []
    staff += [row.user for row in leaders.select_related("user").order_by("user_id")]
    wrote = CoAuthor.objects.editors().filter(idea=idea, user=story.written_by_id).select_related("user")
    authors = [idea.author, *(row.user for row in wrote)]
    # Who is on both sides opens it as the author.
    return dict.fromkeys(staff, "ideas:story") | {one: "ideas:my_story" for one in authors if one is not None}
