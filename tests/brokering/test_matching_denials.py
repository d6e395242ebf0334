"""What a need says that it does not mean is left out; what somebody cannot do is meant."""

import pytest

from brokering.matching.denials import affirmed


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("IKKE truck, men sveising", "men sveising"),
        ("Det er ikke truck, men sveising", "men sveising"),
        ("Vi vil ha sveising, ikke truck, men gjerne kran", "Vi vil ha sveising, men gjerne kran"),
        ("Vi trenger ikke truckførere, men sveisere.", "Vi , men sveisere."),
        ("Me treng ikkje sal men rekneskap", "Me  men rekneskap"),
        ("We don't need drivers but welders", "We  but welders"),
        ("Sveising, ikke truck.", "Sveising."),
        ("Sveising - ikke truck - til våren", "Sveising - til våren"),
        ("Mathygiene, men ikke slakting", "Mathygiene"),
        ("Mathygiene. Ikke noe om slakting.", "Mathygiene.."),
        ("Ikke noe om truck, bare sveising.", "bare sveising."),
        ("Vi trenger ingen fagskole, bare truck", "Vi , bare truck"),
        ("Vi ønsker ingen pause i drifta så kurset må være på kvelden", "Vi  så kurset må være på kvelden"),
        ("Engelsk er ikke nødvendig, men tysk", "men tysk"),
        ("Vi må lære sveising der forkunnskaper er ikke nødvendig.", "Vi må lære sveising der ."),
        ("I staden for fagbrev vil vi ha korte kurs", " vil vi ha korte kurs"),
        ("Alt annet enn ledelse", ""),
        ("Trenger kurs i ADR, de har klasse CE fra før.", "Trenger kurs i ADR, de ."),
        ("To som allerede har fagbrev skal ta mesterbrev", "To som allerede har fagbrev skal ta mesterbrev"),
        ("De har allerede truckbevis og skal lære kran", "De  og skal lære kran"),
        ("Everyone already has the forklift licence and needs first aid", "Everyone  and needs first aid"),
        ("Truck trenger vi ikke men sveising.", "men sveising."),
    ],
)
def test_what_is_denied_is_not_asked_for(said: str, meant: str) -> None:
    assert affirmed(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "Vi kan ikke sveise, men vi kan lodde.",
        "Vi kan sveise stål, men ikke aluminium.",
        "Vi kan stål, ikke aluminium.",
        "Ikke gode i Excel, men må lære.",
        "Ikke alle kan norsk, men de må forstå HMS.",
        "Ikke bare Excel, men også Word.",
        "Vi trenger ikke bare Excel, men også Word.",
        "Vi trenger ikke annet enn truckkurs.",
        "Sveisere trenger vi ikke bare i Alta, men også i Vadsø.",
        "Alt om HMS, ikke minst førstehjelp.",
        "Vi har ingen erfaring med sveising fra før.",
        "Vi har truck fra før, men ingen kan kjøre den.",
        "Vi har allerede problemer med regnskapet.",
        "Maskinen virker ikke, og ingen vet hvorfor.",
    ],
)
def test_what_goes_wrong_and_what_comes_on_top_is_asked_for(said: str) -> None:
    assert affirmed(said) == said


@pytest.mark.parametrize(
    "said",
    [
        f"Truck{' ' * 4000}men{' ' * 4000}ikke kran (",
        f"Truck men ikke {'a' * 4000}(",
        f"Truck, ikke {'a' * 4000}(",
        "a og " * 800,
        "treng ikke " * 400,
        "a-" * 2000,
    ],
    ids=["spaces", "a word", "a word after a comma", "and", "denials", "hyphens"],
)
def test_no_text_is_a_trap(said: str) -> None:
    """A pattern that is tried in every way would take minutes or years."""
    assert len(affirmed(said)) <= len(said)
