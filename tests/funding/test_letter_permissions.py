"""Who makes and sends a letter; the page says beforehand why somebody does not."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from funding.letter_permissions import letter_actions
from funding.letters import make, send
from funding.models import Recusal
from tests.funding.factories_cases import case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TIE = "You have a tie to those who get the money, so somebody else has to do this."


def test_who_has_a_tie_makes_it_but_does_not_send_it(client: Client) -> None:
    made = case("rejected")
    officer = made.house.officer
    make(made.decision, officer)
    assert letter_actions(officer, made.decision)["send"] == ""
    Recusal.objects.create(user=officer, organisation=made.application.applicant, why="Svigersønn")
    assert letter_actions(officer, made.decision) == {"see_making": "", "make": "", "send": TIE}
    with pytest.raises(ValidationError):
        send(made.decision, officer)
    client.force_login(officer)
    assert client.post(reverse("letter-send", args=[made.decision.pk])).status_code == 403
    assert TIE in client.get(reverse("letter", args=[made.decision.pk])).content.decode()


def test_only_case_officers_write_it(client: Client) -> None:
    made = case("granted")
    make(made.decision, made.house.officer)
    client.force_login(made.house.decider)
    shown = client.get(reverse("letter", args=[made.decision.pk])).content.decode()
    assert "Only case officers of the organisation that pays can do this." in shown
    for name in ("letter-make", "letter-send"):
        assert client.post(reverse(name, args=[made.decision.pk])).status_code == 403
