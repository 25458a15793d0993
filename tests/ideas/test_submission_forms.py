"""Whatever a browser sends, every form of the submission answers with words: never with an error of ours."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ideas.forms.submission import SCREENS
from ideas.models import Idea
from tests.factories import IdeaFactory

pytestmark = pytest.mark.django_db

FIELDS = [
    "need", "proposal", "audience", "joiners", "help_needed", "help_details", "themes", "neighbourhood", "incubator",
    "picture", "picture_alt", "remove_picture", "title", "language", "seen", "screen", "go", "for_machines", "revision",
    "may_publish", "age_band", "email", "body", "token", "reason",
]  # fmt: skip
NASTY = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["\x00", "\u202e", "a" * 100_000, "-1", "9" * 40, "need:x,,:", "yes", "üñí\r\n", "{{7*7}}", "NaN"]),
)
POSTED = st.dictionaries(st.sampled_from(FIELDS), NASTY, max_size=8)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posted=POSTED, screen=st.sampled_from(list(SCREENS)))
def test_no_form_of_mine_breaks(client, posted, screen):
    draft, sent = IdeaFactory(), IdeaFactory(submitted=True)
    sent.author = draft.author
    sent.save()
    client.force_login(draft.author)
    addresses = [
        reverse("ideas:new"),
        reverse("ideas:start"),
        reverse("ideas:autosave", args=[draft.uuid]),
        reverse("ideas:draft", args=[draft.uuid, screen]),
        reverse("ideas:draft", args=[sent.uuid, screen]),
        reverse("ideas:send", args=[draft.uuid]),
        reverse("ideas:write_to_incubator", args=[sent.uuid]),
        reverse("ideas:publishing", args=[sent.uuid]),
        reverse("ideas:withdraw", args=[sent.uuid]),
    ]
    for address in addresses:
        assert client.post(address, posted).status_code < 500, address
    client.logout()
    for address in addresses[:6]:
        assert client.post(address, posted).status_code < 500, address
    assert Idea.objects.filter(pk=draft.pk).exists()
