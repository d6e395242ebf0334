"""Applications and decisions that wait: to be taken, examined, decided, or answered by those who applied."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from funding.impartiality import tie
from funding.models import Application, ApplicationState, Decision, DecisionState
from funding.models.applications import ApplicationQuerySet
from partners.models import Organisation, User
from partners.models.roles import BROKERING_ROLES, MemberRole
from partners.waiting import MOST, Waiting


def waiting(user: User, on: date) -> Iterator[Waiting]:
    """Up to four queries; none for those who neither apply nor work with cases."""
    if user.is_any(MemberRole.CASE_OFFICER):
        yield from _to_take(user)
        yield from _to_examine(user)
    if user.is_any(MemberRole.DECIDER):
        yield from _to_decide(user)
    if user.is_any(*BROKERING_ROLES):
        yield from _to_answer(user)


def _cases(user: User, role: str) -> ApplicationQuerySet:
    """Those of funders where the person has that role, and no tie to who applies."""
    houses = Organisation.objects.with_role(user, role).order_by().values("pk")
    about = Application.objects.filter(funder__in=houses).select_related("project", "applicant")
    return about.alias(partial=tie(user)).filter(partial=False).order_by("pk")


def _to_take(user: User) -> Iterator[Waiting]:
    for one in _cases(user, MemberRole.CASE_OFFICER).filter(state=ApplicationState.SUBMITTED)[:MOST]:
        text = _("%(applicant)s applies. Nobody has taken the case.") % {"applicant": one.applicant}
        yield _card(one, text, _("To take"), "info")


def _to_examine(user: User) -> Iterator[Waiting]:
    """Those the person has taken, in which no decision is put forward."""
    further = Decision.objects.filter(application=OuterRef("pk"), state__in=[DecisionState.PROPOSED])
    mine = _cases(user, MemberRole.CASE_OFFICER).filter(case_officer=user, state=ApplicationState.REVIEW)
    for one in mine.filter(~Exists(further))[:MOST]:
        text = _("%(applicant)s applies. Examine it, and draft the decision.") % {"applicant": one.applicant}
        yield _card(one, text, _("To examine"), "info")


def _to_decide(user: User) -> Iterator[Waiting]:
    put_forward = Decision.objects.filter(application=OuterRef("pk"), state=DecisionState.PROPOSED)
    others = put_forward.exclude(prepared_by=user)
    for one in _cases(user, MemberRole.DECIDER).filter(Exists(others))[:MOST]:
        text = _("A decision is put forward for %(applicant)s. Decide it, or send it back.")
        yield _card(one, text % {"applicant": one.applicant}, _("To decide"), "warning")


def _to_answer(user: User) -> Iterator[Waiting]:
    """What the funder has asked those who applied for."""
    houses = Organisation.objects.with_role(user, *BROKERING_ROLES).order_by().values("pk")
    asked = Application.objects.filter(applicant__in=houses, state=ApplicationState.ASKED).select_related("funder")
    for one in asked.order_by("pk")[:MOST]:
        yield Waiting(
            title=one.title,
            url=one.get_absolute_url(),
            text=_("%(funder)s asks for more before your application is decided.") % {"funder": one.funder},
            tag=_("To answer"),
            color="warning",
        )


def _card(application: Application, text: str, tag: str, color: str) -> Waiting:
    return Waiting(title=application.title, url=application.case_url, text=text, tag=tag, color=color)
