"""Tells those who keep a project that a letter with a decision has come. Nothing of the decision is in the e-mail.

Of the keepers those who may read it: another partner's letter is none of theirs.
"""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django_q.tasks import async_task

from funding.models import Decision, DecisionEvent
from funding.models.decision_states import TELL
from partners.letters import letter
from projects.participants import keepers


def tell_recipients(decision: Decision) -> None:
    """A job for each, so that one whose mail fails does not have the others told again."""
    event = decision.events.get(act=TELL.name)
    for user in keepers(decision.project):
        async_task("funding.letter_mail.send_notice", event.pk, user.pk)


def send_notice(event_pk: int, user_pk: int) -> None:
    """Nothing when the person keeps the project no more. Should it go out again, it has the same Message-ID."""
    event = DecisionEvent.objects.select_related("decision").get(pk=event_pk)
    project = event.decision.project
    user = keepers(project).filter(pk=user_pk).first()
    if user is None or not Decision.objects.visible_to(user).filter(pk=event.decision_id).exists():
        return
    with translation.override(user.language):
        url = settings.SITE_URL + reverse("letter", args=[event.decision_id])
        context = {"project": project, "funder": event.decision.funder, "url": url}
        letter("funding/email/letter", context, [user.email], f"letter-{event.pk}-{user.pk}").send()
