"""The same region when its broker asks providers for courses: a frozen pool, a request with bids, a run with seats."""

from dataclasses import dataclass
from typing import Any

from brokering.models.need_index import NeedIndex
from pooling.models import Bid, BidState, BoardKey, CouldRun, CourseRequest, Pool, PoolState, RequestState, Reservation
from tests.factories import CompetenceFactory, CourseRunFactory
from tests.pooling.factories import PoolFactory
from tests.pooling.factories_asking import BidFactory, CouldRunFactory, CourseRequestFactory, gathered
from tests.site.world import Things, World


@dataclass
class AskingThings:
    pool: Pool
    asked: CourseRequest
    draft: CourseRequest
    stopped: CourseRequest
    made: Bid
    listed: Bid
    kept: Reservation
    said: CouldRun

    @classmethod
    def of(cls, things: Things) -> "AskingThings":
        broker, provider = things.need.handled_by, things.offer.provider
        asked, draft, stopped = (
            CourseRequestFactory.create(pool=_frozen(broker), state=state)
            for state in (RequestState.ASKING, RequestState.DRAFT, RequestState.DECIDING)
        )
        BidFactory.create(request=stopped, state=BidState.LISTED)
        run = CourseRunFactory.create(offer=things.offer)
        things.offer.is_published = False
        things.offer.save()
        CourseRequestFactory.create(pool=_frozen(broker), state=RequestState.CHOSEN, run=run)
        return cls(
            pool=_frozen(broker),
            asked=asked,
            draft=draft,
            stopped=stopped,
            made=BidFactory.create(request=asked, provider=provider, made=True),
            listed=BidFactory.create(request=asked, state=BidState.LISTED),
            kept=Reservation.objects.take(run, things.firm, 2, by=None),
            said=CouldRunFactory.create(provider=provider),
        )


def _frozen(broker: Any) -> Pool:
    return gathered(PoolFactory.create(handled_by=broker, state=PoolState.FROZEN), 8)


class AskingWorld(World):
    """own: what the broker of the firm has, and the provider whose course fits."""

    def __init__(self) -> None:
        super().__init__()
        CompetenceFactory.create()
        NeedIndex.objects.create(
            need=self.own.need,
            terms=[],
            subjects=[["sveising", 1]],
            level="",
            space="",
            words_background=0,
            meaning_background=0,
        )
        self.asking = {id(things): AskingThings.of(things) for things in (self.own, self.foreign)}
        self.key = BoardKey.objects.renew(self.people["provider"])

    def arguments(self, name: str, things: Things, act: str, visitor: str) -> dict[str, Any]:  # noqa: C901 - a table
        there = self.asking[id(things)]
        match name:
            case "pool-ask":
                return {"pk": there.pool.pk}
            case "need-ask":
                return {"pk": things.need.pk}
            case "course-request" | "course-request-cancel" | "bid-add":
                return {"pk": there.asked.pk}
            case "course-request-edit":
                return {"pk": there.draft.pk}
            case "course-request-resume":
                return {"pk": there.stopped.pk}
            case "course-request-act":
                return {"pk": there.asked.pk, "act": act}
            case "bid-act":
                return {"pk": there.asked.pk, "bid_pk": there.listed.pk, "act": act}
            case "bid-choose":
                return {"pk": there.asked.pk, "bid_pk": there.made.pk}
            case "bid":
                return {"token": there.made.token if things is self.own else "guessed"}
            case "run-seats" | "run-call-off":
                return {"pk": there.kept.run_id}
            case "reservation-release":
                return {"pk": there.kept.pk}
            case "demand-could":
                return {"name": "sveising" if things is self.own else "romfart"}
            case "demand-could-withdraw":
                return {"pk": there.said.pk}
            case "demand-feed":
                return {"token": self.key.token if things is self.own else "guessed"}
        return {}
