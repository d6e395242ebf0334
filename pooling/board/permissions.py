"""Who sees the demand board, and who says there that they could run a course."""

from django.utils.translation import gettext as _

from partners.models import User

Actions = dict[str, str]


def board_actions(user: User) -> Actions:
    """For seeing the board, how many people it is about, and for answering it: "" or why not.

    A broker knows other numbers of the same needs (pooling/gaps), which must not be subtracted from these. County staff
    may see the needs themselves.
    """
    sees = user.is_provider or user.is_broker or user.is_county_staff
    return {
        "see": "" if sees else _("Only course providers, brokers and counties see what is asked for."),
        "count": "" if user.is_county_staff or not user.is_broker else _("The page of gaps says how many people."),
        "answer": "" if user.is_provider else _("Only those who work for a course provider can say this."),
    }
