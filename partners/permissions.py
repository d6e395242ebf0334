"""Who may do what with organisations, members and invitations. An empty answer means yes; a sentence says why not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Invitation, Membership, Organisation, User
from partners.models.organisations import Role
from partners.models.roles import BROKERING_ROLES, COUNTY_ROLES, MONEY_ROLES, MemberRole

Actions = dict[str, str]
_M = MemberRole

# Who gives which roles. A role that decides over money or attests comes from a leader or a decider only.
GIVES: dict[str, frozenset[MemberRole]] = {
    _M.LEADER: frozenset(_M),
    _M.BROKER: frozenset({_M.BROKER, _M.GUIDE, _M.EMPLOYEE, _M.READER}),
    _M.DECIDER: frozenset({_M.CASE_OFFICER, _M.DECIDER, _M.ATTESTER, _M.EMPLOYEE, _M.READER}),
    _M.CASE_OFFICER: frozenset({_M.CASE_OFFICER, _M.EMPLOYEE, _M.READER}),
    _M.ATTESTER: frozenset({_M.CASE_OFFICER, _M.EMPLOYEE, _M.READER}),
}
REGISTRAR_GIVES = frozenset({_M.LEADER, _M.EMPLOYEE, _M.READER})
FIRST_GIVES = frozenset({_M.EMPLOYEE, _M.READER})
PAUSE = timedelta(minutes=5)


@dataclass(frozen=True)
class Standing:
    """What a person is to an organisation: all that decides what they may do there. `of()` asks up to four queries."""

    user: User
    organisation: Organisation
    roles: frozenset[str]
    leaders: int
    is_first: bool
    brokers: bool
    possible: frozenset[MemberRole]

    @classmethod
    def of(cls, user: User, organisation: Organisation) -> "Standing":
        members = list(organisation.memberships.order_by("pk").values_list("user_id", "role"))
        own = {role for member, role in members if member == user.pk}
        if user.holds(organisation.parent_id, _M.LEADER):
            own.add(_M.LEADER)
        return cls(
            user=user,
            organisation=organisation,
            roles=frozenset(own),
            leaders=sum(role == _M.LEADER for _member, role in members),
            is_first=bool(members) and members[0][0] == user.pk,
            brokers=is_brokered_by(user, organisation),
            possible=possible_roles(organisation),
        )

    @property
    def is_registrar(self) -> bool:
        """Whoever registered an organisation answers for it until it has a leader."""
        return not self.leaders and self.organisation.registered_by_id == self.user.pk

    @property
    def stands_in(self) -> bool:
        """An employee who came first answers for an organisation until it has a leader."""
        return not self.leaders and self.is_first and _M.EMPLOYEE in self.roles

    @property
    def gives(self) -> frozenset[MemberRole]:
        """The roles this person can give to others here, and take from them."""
        given = frozenset[MemberRole]().union(*(GIVES.get(role, frozenset()) for role in self.roles))
        if self.is_registrar:
            given |= REGISTRAR_GIVES
        if self.stands_in:
            given |= FIRST_GIVES
        return given & self.possible

    @property
    def edits(self) -> bool:
        runs_it = bool(self.roles & {*BROKERING_ROLES, *COUNTY_ROLES})
        return runs_it or self.is_registrar or self.stands_in or (self.brokers and not self.leaders)


def is_brokered_by(user: User, organisation: Organisation) -> bool:
    if not user.is_any(*BROKERING_ROLES):
        return False
    return Organisation.objects.brokered_by(user).filter(pk=organisation.pk).exists()


def possible_roles(organisation: Organisation) -> frozenset[MemberRole]:
    """The roles that make sense in such an organisation."""
    possible = {_M.LEADER, _M.EMPLOYEE, _M.READER}
    if organisation.serves.all():
        possible.add(_M.BROKER)
    if {Role.COUNTY, Role.FUNDER} & set(organisation.roles):
        possible.update(MONEY_ROLES)
    if {Role.COUNTY, Role.PROVIDER, Role.PARTNER} & set(organisation.roles):
        possible.add(_M.GUIDE)
    return frozenset(possible)


def allowed_actions(user: User, organisation: Organisation) -> Actions:
    """For each act on an organisation: "" or why it is not possible.

    Its leaders, brokers and county staff edit it and invite; until it has a leader, so do whoever registered it and
    its first employee, and those who broker for it may correct its facts. Its members, and those who broker for
    it, see who is a member.
    """
    return organisation_actions(Standing.of(user, organisation))


def organisation_actions(standing: Standing) -> Actions:
    only = (
        _("Only the organisation’s own leaders and staff can do this.")
        if standing.leaders
        else _("Until the organisation has a leader, only the one who registered it can do this.")
    )
    edit = "" if standing.edits else only
    sees = bool(standing.roles) or standing.brokers or standing.is_registrar
    return {
        "edit": edit,
        "add_unit": _("A unit cannot have units of its own.") if standing.organisation.parent_id else edit,
        "see_members": "" if sees else _("Only the organisation’s own people and its brokers see who is a member."),
        "invite": "" if standing.gives else only,
    }


def membership_actions(standing: Standing, membership: Membership) -> Actions:
    """For changing a member's role and for removing the member: "" or why not.

    One takes only roles that one could give; nobody changes their own role; the last leader stays.
    """
    own = membership.user_id == standing.user.pk
    role = {"role": membership.get_role_display()}
    theirs = "" if membership.role in standing.gives else _("You cannot give or take the role “%(role)s” here.") % role
    last = (
        _("The organisation needs a leader. Make somebody else leader first.")
        if membership.role == MemberRole.LEADER and standing.leaders < 2
        else ""
    )
    change = _("Somebody else has to change your role.") if own else theirs
    return {"change_role": change or last, "remove": (not own and theirs) or last}


def invitation_actions(standing: Standing, invitation: Invitation) -> Actions:
    """For sending an invitation again and for withdrawing it: "" or why not."""
    role = {"role": invitation.get_role_display()}
    may = invitation.role in standing.gives
    theirs = "" if may else _("You cannot give or take the role “%(role)s” here.") % role
    just_sent = invitation.sent_at and invitation.sent_at > timezone.now() - PAUSE
    pause = _("It was sent a moment ago. Wait five minutes.") if just_sent else ""
    return {"resend": theirs or pause, "withdraw": theirs}


def may_register(user: User) -> str:
    """Whether this person may register firms: "" or why not."""
    if Organisation.objects.with_role(user, *BROKERING_ROLES).brokers().exists():
        return ""
    return _("Only those who broker competence register organisations.")


def require(actions: Actions, act: str) -> None:
    """Raise PermissionDenied with the reason, unless the act is allowed."""
    if actions[act]:
        raise PermissionDenied(actions[act])


# What a role is for, to those who give it.
MEANINGS: dict[str, str | Promise] = {
    _M.LEADER: gettext_lazy("Leader: answers for the organisation here and invites all kinds of people"),
    _M.BROKER: gettext_lazy("Competence broker: works with the needs of firms"),
    _M.EMPLOYEE: gettext_lazy("Employee: writes down needs, keeps offers, answers proposals"),
    _M.CASE_OFFICER: gettext_lazy("Case officer: reviews and follows up"),
    _M.DECIDER: gettext_lazy("Decider: decides on funding"),
    _M.ATTESTER: gettext_lazy("Attester: confirms that payments are right"),
    _M.FINANCE: gettext_lazy("Finance: pays what has been approved"),
    _M.GUIDE: gettext_lazy("Career guide: guides people and maps competence"),
    _M.READER: gettext_lazy("Reader: follows what happens"),
}


def labels(roles: Iterable[MemberRole]) -> list[tuple[str, str]]:
    """The roles as a form's choices, in the order in which they are declared."""
    return [(role.value, str(MEANINGS[role])) for role in MemberRole if role in set(roles)]
