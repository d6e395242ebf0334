"""Norwegian alphabetical order, held by the database whatever its own locale is."""

from django.db.models import CharField, Func

# After z stand { | } in ASCII, and so do æ ø å in the Norwegian alphabet; letters with marks sort as their plain ones.
_MARKED = "ÆÄæäØÖøöÅåÁÀÂáàâČčĐđÉÈÊËéèêëÍÏíïŊŋÓÔóôŠšŦŧÚÜúüŽž"
_PLAIN = "{{{{||||}}aaaaaaccddeeeeeeeeiiiinnoooossttuuuuzz"


class Norwegian(Func):
    """The key by which a Norwegian list is sorted: a … z æ ø å, capitals and accents aside.

    >>> Organisation.objects.order_by(Norwegian("name"))
    """

    template = f"translate(lower(%(expressions)s), '{_MARKED}', '{_PLAIN}') COLLATE \"C\""
    output_field = CharField()
    arity = 1
