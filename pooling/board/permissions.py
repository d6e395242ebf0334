"""Who sees the demand board, and who says there that they could run a course."""

from django.utils.translation import gettext as _

from partners.models import User

Actions = dict[str, str]


def board_actions(user: User) -> Actions:
    """For seeing the board and for answering it: "" or why not."""
    sees = user.is_provider or user.is_broker or user.is_county_staff
    return {
        "see": "" if sees else _("Only course providers, brokers and counties see what is asked for."),
        "answer": "" if user.is_provider else _("Only those who work for a course provider can say this."),
    }
