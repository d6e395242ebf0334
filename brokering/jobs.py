"""What the worker does beside the requests. Each job may be done again without harm."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from brokering.exchange.imports import give_meanings
from brokering.matching import index, rematch, versions
from brokering.matching.reverse import touched
from brokering.models import CompetenceNeed, ImportRun, Impression, Match, NeedRequest, Proposal
from brokering.models.matches import SEND
from brokering.models.needs import EXPIRE
from partners.letters import letter


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
        name = f"proposal-{proposal.token[:20]}"
        message = letter("brokering/email/proposal", context, proposal.need.contact_addresses, name)
    if proposal.proposed_by:
        message.reply_to = [proposal.proposed_by.email]
    message.send()


def send_need_request(pk: int) -> None:
    """Ask whoever typed a need without an account whether to send it on, once each time it was asked for.

    Nothing that was typed is in the mail, lest the form be used to write to others.
    """
    asked = NeedRequest.objects.waiting().filter(pk=pk, sent_at=None).first()
    if asked is None:
        return
    with translation.override(asked.language):
        context = {"asked": asked, "url": settings.SITE_URL + asked.get_absolute_url()}
        name = f"need-request-{asked.pk}-{int(asked.asked_at.timestamp())}"
        message = letter("brokering/email/need_request", context, [asked.contact_email], name)
    message.send()
    NeedRequest.objects.filter(pk=pk, asked_at=asked.asked_at).update(sent_at=timezone.now())


def meet_needs(offer_ids: list[int]) -> None:
    """Match anew the open needs that these offers could meet, or met until now. Their words and vectors come first."""
    index.refresh(offer_ids)
    give_meanings()
    for need in touched(offer_ids):
        rematch(need)


def nightly(on: date | None = None) -> None:
    """Forget what nobody imported or confirmed, let needs expire whose latest start has passed, match the open ones."""
    on = on or timezone.localdate()
    ImportRun.objects.given_up(timezone.now()).update(content=None)
    NeedRequest.objects.given_up(timezone.now()).delete()
    for need in CompetenceNeed.objects.filter(state__in=EXPIRE.sources, latest_start__lt=on):
        need.carry_out(EXPIRE, None, why="latest start has passed")
    Impression.objects.older_than(settings.KEEP_IMPRESSIONS_DAYS, timezone.now()).delete()
    rematch_open()


def rematch_open() -> None:
    """Match the open needs anew: with the courses as they are now, and the score that is in use."""
    for need in CompetenceNeed.objects.open():
        rematch(need)


def learn_scores() -> None:
    """Once a week: learn from the verdicts. What passed the check waits on the page for somebody to take it into use,
    unless the site says that this happens by itself."""
    versions.learn(deploy=settings.DEPLOY_LEARNT_SCORES)
