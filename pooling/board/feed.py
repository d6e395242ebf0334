"""The demand as an Atom feed (RFC 4287), for programs that look by themselves."""

from collections.abc import Iterable
from datetime import UTC, datetime, time

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pooling.board.cells import Cell


def atom(cells: Iterable[Cell], address: str) -> str:
    """One entry a cell that is shown with numbers. An entry is new again when another need has come into it; of when
    that was only the day is told."""
    board = settings.SITE_URL + reverse("demand-board")
    feed = Atom1Feed(
        title=_("What firms ask for"),
        link=board,
        description=_("Without names; only what three firms or more ask for."),
        language=get_language(),
        feed_url=settings.SITE_URL + address,
        feed_guid=board,
    )
    for cell in cells:
        if cell.is_shown:
            feed.add_item(
                title=cell.title,
                link=f"{board}#{cell.name}",
                description=" · ".join(filter(None, [cell.said, cell.where, cell.level, cell.tag])),
                unique_id=f"{board}{cell.name}",
                updateddate=datetime.combine(cell.newest, time(), UTC),
            )
    return feed.writeString("utf-8")
