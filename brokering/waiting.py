"""What waits for a person among needs, proposals and offers: a generator for each kind."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brokering.models import CompetenceNeed, CourseOffer, Proposal, Visit
from brokering.models.matches import AGREE, ProposalState
from brokering.models.needs import OPEN, NeedState
from brokering.permissions import may_broker
from partners.models import Organisation, User
from partners.models.organisations import Role
from partners.waiting import MOST, NextAct, Waiting


def waiting_for(user: User, on: date) -> Iterator[Waiting]:
    kinds = [_questions(user)]
    if any(Role.PROVIDER in one.organisation_roles for one in user.standings):
        kinds.append(_offers(user, on))
    if may_broker(user):
        kinds += [_answers(user), _follow_ups(user, on), _handed_in(user)]
    if user.is_county_staff:
        kinds.append(_without_broker(user))
    for kind in kinds:
        yield from kind


def _questions(user: User) -> Iterator[Waiting]:
    """Proposals that the person's own firms have not answered."""
    proposals = Proposal.objects.waiting_for_answer().filter(need__employer__in=Organisation.objects.of(user))
    for proposal in proposals.for_listing()[:MOST]:
        url = proposal.get_absolute_url()
        yield Waiting(proposal.offer.title, url, str(proposal.need), _("Say yes or no"), "warning")


def _answers(user: User) -> Iterator[Waiting]:
    """Employers that said yes: now the seats must be agreed with the provider."""
    handled = CompetenceNeed.objects.handled_for(user)
    answered = Proposal.objects.filter(need__in=handled, state=ProposalState.INTERESTED).for_listing()
    for proposal in answered[:MOST]:
        title = _("%(firm)s is interested") % {"firm": proposal.need.employer}
        need, deadline = proposal.need, proposal.run.deadline if proposal.run else None
        act = NextAct(AGREE.label, reverse("proposal-act", args=[proposal.pk, AGREE.name]))
        tag = _("Agree with the provider")
        yield Waiting(title, need.get_absolute_url(), proposal.offer.title, tag, "success", deadline, act)


def _handed_in(user: User) -> Iterator[Waiting]:
    needs = CompetenceNeed.objects.handled_for(user).filter(state__in=[NeedState.SUBMITTED, NeedState.CLARIFYING])
    for need in needs.for_listing().order_by("created_at", "pk")[:MOST]:
        tag = _("Open it for brokering") if need.state == NeedState.SUBMITTED else _("Clarify it with the firm")
        act = NextAct(OPEN.label, reverse("need-act", args=[need.pk, OPEN.name]))
        yield Waiting(str(need.employer), need.get_absolute_url(), str(need), tag, "info", act=act)


def _without_broker(user: User) -> Iterator[Waiting]:
    """Needs from places that no broker serves: only the county can see that somebody takes them up."""
    needs = CompetenceNeed.objects.visible_to(user).filter(handled_by=None, state=NeedState.SUBMITTED)
    for need in needs.for_listing()[:MOST]:
        yield Waiting(str(need.employer), need.get_absolute_url(), str(need), _("No broker yet"), "warning")


def _follow_ups(user: User, on: date) -> Iterator[Waiting]:
    """Needs to be followed up, and visits to firms where no need is."""
    due = CompetenceNeed.objects.handled_for(user).open().filter(next_follow_up__lte=on).order_by("next_follow_up")
    needs = list(due.for_listing()[:MOST])
    for need in needs:
        yield _follow_up(need.employer, need.get_absolute_url(), str(need), need.next_follow_up or on, on)
    visits = Visit.objects.visible_to(user).due(on).exclude(firm__in=[need.employer_id for need in needs])
    for visit in visits.for_listing()[:MOST]:
        text = _("Visited %(day)s") % {"day": date_format(visit.on)}
        yield _follow_up(visit.firm, visit.get_absolute_url(), text, visit.next_follow_up or on, on)


def _follow_up(firm: Organisation, url: str, text: str, due: date, on: date) -> Waiting:
    tag = _("Follow up, due %(day)s") % {"day": date_format(due)} if due != on else _("Follow up today")
    act = NextAct(_("Log a visit"), f"{reverse('visit-create')}?firm={firm.pk}", is_post=False)
    return Waiting(firm.name, url, text, tag, "danger" if due < on else "warning", due, act)


def _offers(user: User, on: date) -> Iterator[Waiting]:
    """Offers of the person's own that are to be looked over before they leave the public list."""
    stale = CourseOffer.objects.filter(stale_on__lte=on, withdrawn_at=None, is_published=True)
    for offer in stale.filter(provider__in=Organisation.objects.of(user).providers())[:MOST]:
        yield Waiting(offer.title, reverse("offer", args=[offer.pk]), "", _("Is this still right?"), "warning")
