"""Saying something to the partners of a project, and whether one wants to be told by e-mail."""

import re
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from partners.models import User
from projects.models import Comment, CommentMail, Project
from projects.participants import participants

MOST_UNFOLDED = 3


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Your comment"),
        help_text=_("Everybody who takes part in the project can read it."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    told = forms.ModelMultipleChoiceField(
        label=_("Tell these people"),
        help_text=_("They are asked to read it. You can also write @ and a full name in the text."),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, user: User, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told: Any = self.fields["told"]
        told.queryset = participants(project).exclude(pk=user.pk)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        told: Any = self.fields["told"]
        few = told.queryset.count() <= MOST_UNFOLDED
        summary = format_html("<details><summary>{}</summary>", _("Tell somebody about it"))
        fold = () if few else (HTML(summary), "told", HTML("</details>"))
        helper.layout = Layout("text", *(fold or ["told"]))
        return helper

    def all_told(self) -> set[User]:
        """Those who are ticked, and those whose full name stands after an @."""
        told: Any = self.fields["told"]
        return {*self.cleaned_data["told"], *named(self.cleaned_data["text"], told.queryset)}


def named(text: str, people: Any) -> list[User]:
    """Those of the people whose full name stands after an @, in whatever capitals."""
    if "@" not in text:
        return []
    return [one for one in people if one.get_full_name() and _says(text, one.get_full_name())]


def _says(text: str, name: str) -> bool:
    """
    >>> _says("Ask @kari nordmann.", "Kari Nordmann"), _says("Ask @Kari Nordmannsen", "Kari Nordmann")
    (True, False)
    """
    return bool(re.search(rf"@{re.escape(name)}(?!\w)", text, re.IGNORECASE))


class CommentEditForm(forms.ModelForm[Comment]):
    class Meta:
        model = Comment
        fields = ("text",)
        labels = {"text": _("Your comment")}
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True


class CommentMailForm(forms.ModelForm[CommentMail]):
    class Meta:
        model = CommentMail
        fields = ("wanted",)
        labels = {"wanted": _("Tell me by e-mail what is new in my projects, at most once a day")}
