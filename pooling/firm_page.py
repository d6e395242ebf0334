"""What a firm that holds the link of an e-mail sees of its pool, and of the course when there is one."""

from functools import cached_property

from django.utils.translation import gettext as _

from brokering.models import CourseRun
from pooling.course_panel import run_facts
from pooling.models import PoolMember, PoolState
from pooling.models.members import ANSWERS, BIND, DECLINE, SHOW_INTEREST, WITHDRAW, MemberState
from pooling.page import pool_facts
from pooling.pricing import price_facts

NO = (DECLINE.name, WITHDRAW.name)


class FirmPage:
    """`chosen`: the answer that the link in the e-mail stood for; nothing is kept before it is confirmed."""

    def __init__(self, member: PoolMember, chosen: str) -> None:
        self.member, self.pool, self.chosen = member, member.pool, chosen

    @cached_property
    def run(self) -> CourseRun | None:
        """The course, for those who have seats on it."""
        if not self.pool.run_id or not self.member.is_counted:
            return None
        return CourseRun.objects.select_related("offer__provider", "municipality").get(pk=self.pool.run_id)

    @property
    def facts(self) -> list[tuple[str, object]]:
        return run_facts(self.run) if self.run else [*pool_facts(self.pool), *price_facts(self.pool)]

    @property
    def said(self) -> str:
        """Its answer as the firm itself would put it."""
        own = {MemberState.DECLINED: str(DECLINE.label), MemberState.WITHDRAWN: _("You have left the pool")}
        return own.get(MemberState(self.member.state)) or self.member.get_state_display()

    @property
    def named(self) -> list[str]:
        """Other firms that agreed to be seen, shown to those who have said yes themselves."""
        if not self.member.is_counted:
            return []
        seen = self.pool.members.counted().filter(is_visible=True).exclude(pk=self.member.pk)
        return [str(one.need.employer) for one in seen.for_listing()]

    @cached_property
    def gathered(self) -> int:
        return self.pool.class_seats

    @property
    def missing(self) -> int:
        return max(0, self.pool.min_seats - self.gathered)

    @property
    def is_open(self) -> bool:
        return self.pool.state == PoolState.GATHERING

    @property
    def is_dissolved(self) -> bool:
        return self.pool.state == PoolState.DISSOLVED

    @property
    def answers(self) -> list[tuple[str, str, str]]:
        """Name, label and look of each answer that can be given now; the one that was chosen stands out."""
        possible = [BIND, SHOW_INTEREST] if self.pool.state in (PoolState.GATHERING, PoolState.FROZEN) else []
        if self.pool.state == PoolState.FROZEN and not self.member.is_counted:
            possible = []
        if not self.member.why_not_leave(self.pool):
            possible += [act for act in (DECLINE, WITHDRAW) if act.possible_from(self.member.state)][:1]
        first = self.chosen or (possible[0].name if possible else "")
        looks = {act.name: "primary" if act.name == first else "secondary" for act in possible}
        return [(act.name, str(ANSWERS[act.name].label), looks[act.name]) for act in possible]

    @property
    def says_no(self) -> bool:
        """Whether a no was chosen, and can be said."""
        return self.chosen in NO and any(name in NO for name, _label, _look in self.answers)

    @property
    def picked(self) -> list[tuple[str, str, str]]:
        """The answer that waits to be confirmed. A no of a firm that has said yes is that it leaves."""
        names = NO if self.says_no else (self.chosen,)
        return [(name, label, "primary") for name, label, _look in self.answers if name in names]

    @property
    def buttons(self) -> list[tuple[str, str, str]]:
        """Without leaving, which is asked about once more."""
        return [one for one in self.answers if one[0] != WITHDRAW.name]

    @property
    def leave_url(self) -> str:
        leaves = any(name == WITHDRAW.name for name, _label, _look in self.answers)
        return f"{self.member.get_absolute_url()}?answer={WITHDRAW.name}" if leaves else ""
