"""The same region with pools: one that gathers, with the firm in it, one that is frozen, and one that is agreed."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from brokering.models.needs import NeedState
from pooling.models import MemberState, Pool, PoolMember, PoolState
from pooling.models.notices import NoticeKind
from pooling.notices import stop_url
from tests.factories import CompetenceFactory, CompetenceNeedFactory
from tests.pooling.factories import PoolFactory, PoolMemberFactory
from tests.site.world import Things, World


@dataclass
class PoolThings:
    gathering: Pool
    frozen: Pool
    arranged: Pool
    member: PoolMember

    @classmethod
    def of(cls, things: Things) -> "PoolThings":
        """The firm has said that it is interested; its need is shared with the county."""
        facts = {"handled_by": things.need.handled_by, "municipality": things.firm.municipality, "min_seats": 2}
        gathering, frozen, arranged = (
            PoolFactory.create(state=state, **facts)
            for state in (PoolState.GATHERING, PoolState.FROZEN, PoolState.ARRANGED)
        )
        members = [cls.member_of(things, pool) for pool in (gathering, frozen, arranged)]
        return cls(gathering, frozen, arranged, members[0])

    @staticmethod
    def member_of(things: Things, pool: Pool) -> PoolMember:
        need = CompetenceNeedFactory.create(
            employer=things.firm,
            municipality=things.firm.municipality,
            handled_by=things.need.handled_by,
            consent_to_share=True,
            state=NeedState.POOLED,
        )
        said = {"state": MemberState.INTERESTED, "answered_at": timezone.now()}
        member: PoolMember = PoolMemberFactory.create(pool=pool, need=need, seats=2, **said)
        return member


class PoolWorld(World):
    """own: the pools of the firm's broker, in which the firm is."""

    def __init__(self) -> None:
        super().__init__()
        CompetenceFactory.create()
        self.pools = {id(things): PoolThings.of(things) for things in (self.own, self.foreign)}

    def arguments(self, name: str, things: Things, act: str, visitor: str) -> dict[str, Any]:
        there = self.pools[id(things)]
        match name:
            case "pool" | "pool-edit" | "pool-costs" | "pool-firms" | "pool-invite":
                return {"pk": there.gathering.pk}
            case "pool-act":
                others = {"thaw": there.frozen, "shrink": there.arranged}
                return {"pk": others.get(act, there.gathering).pk, "act": act}
            case "pool-member":
                return {"pk": there.member.pk}
            case "pool-answer":
                return {"token": there.member.token if things is self.own else "guessed"}
            case "notice-stop":
                url = stop_url("post@firma.example", NoticeKind.POOLS)
                return {"token": url.split("/")[-3] if things is self.own else "guessed"}
        return {}
