"""What the worker does beside the requests. Each job may be done again without harm."""

from datetime import date

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from brokering.matching import rematch
from brokering.models import CompetenceNeed, ImportRun, Match, Proposal
from brokering.models.matches import SEND
from brokering.models.needs import EXPIRE


@transaction.atomic
def send_proposal(pk: int) -> None:
    """E-mail the employer. The act comes first: who finds the proposal sent already sends nothing.

    Should the worker die between mail and commit, the mail goes out again with the same Message-ID.
    """
    proposal = Proposal.objects.for_listing().select_for_update(of=("self",)).get(pk=pk)
    if not SEND.possible_from(proposal.state):
        return
    proposal.carry_out(SEND, proposal.proposed_by)
    with translation.override(proposal.need.contact_language):
        found = Match.objects.filter(need=proposal.need_id, offer=proposal.offer_id).first()
        context = {"proposal": proposal, "match": found, "site_url": settings.SITE_URL}
        message = EmailMultiAlternatives(
            subject=" ".join(render_to_string("brokering/email/proposal_subject.txt", context).split()),
            body=render_to_string("brokering/email/proposal.txt", context),
            to=proposal.need.contact_addresses,
            headers={"Message-ID": f"<proposal-{proposal.token[:20]}@kompetansebro>"},
        )
        message.attach_alternative(render_to_string("brokering/email/proposal.html", context), "text/html")
    message.send()


def nightly(on: date | None = None) -> None:
    """Forget files that nobody imported, let needs expire whose latest start has passed, match the open ones anew."""
    on = on or timezone.localdate()
    ImportRun.objects.given_up(timezone.now()).update(content=None)
    for need in CompetenceNeed.objects.open().filter(latest_start__lt=on):
        need.carry_out(EXPIRE, None, why="latest start has passed")
    for need in CompetenceNeed.objects.open():
        rematch(need)
