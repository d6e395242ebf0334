"""What the partners of a project say to one another: on the project, or on one thing of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.models import User
from partners.once import once
from partners.requests import Request
from projects.doing import comment_actions
from projects.forms.comments import CommentEditForm, CommentForm, named
from projects.models import Comment, Project
from projects.models.comments import ABOUT
from projects.participants import participants
from projects.views.finding import find_inside

MOST_ELSEWHERE = 20


def thread(user: User, project: Project, thing: models.Model | None = None) -> dict[str, Any]:
    """What a page needs to show templates/projects/comments.html: what was said about the thing, and a form."""
    comments: list[Any] = list(Comment.objects.about(project, thing).for_listing().with_seen(user))
    return {
        "comments": [(one, comment_actions(user, one)) for one in comments],
        "unseen": sum(not one.is_seen for one in comments),
        "comment_form": CommentForm(user=user, project=project),
        "about": f"{thing._meta.model_name}-{thing.pk}" if thing else "",
    }


def thread_inside(user: object, project: Project, thing: models.Model) -> dict[str, Any]:
    """The same for a page that others see too: empty for those who do not take part in the project."""
    if not isinstance(user, User) or not Project.objects.of(user).filter(pk=project.pk).exists():
        return {}
    return {"project": project, **thread(user, project, thing)}


@require_safe
def comment_list(request: Request, pk: int) -> HttpResponse:
    project, actions = find_inside(request, pk)
    elsewhere = (
        Comment.objects.visible_to(request.user)
        .said()
        .filter(project=project)
        .exclude(pk__in=Comment.objects.about(project).values("pk"))
    )
    context = {
        "project": project,
        "actions": actions,
        "elsewhere": elsewhere.for_listing().with_seen(request.user).order_by("-created_at", "-pk")[:MOST_ELSEWHERE],
        **thread(request.user, project),
    }
    return render(request, "projects/comment_list.html", context)


@require_POST
@once
def comment_create(request: Request, pk: int) -> HttpResponse:
    project, _actions = find_inside(request, pk)
    about = request.POST.get("about", "")
    thing = _thing(request.user, project, about)
    form = CommentForm(request.POST, user=request.user, project=project)
    if not form.is_valid():
        return render(request, "projects/comment_form.html", {"form": form, "project": project, "about": about})
    on = {thing._meta.model_name: thing} if thing else {}
    comment = Comment.objects.create(project=project, author=request.user, text=form.cleaned_data["text"], **on)
    comment.told.set(form.all_told())
    Comment.objects.about(project, thing).see(request.user)
    messages.success(request, _("Your comment is there."))
    return redirect(comment)


def _thing(user: User, project: Project, about: str) -> Any:
    """What “activity-12” means in this project; None for the project itself. 404 for what the person does not see."""
    if not about:
        return None
    name, _dash, pk = about.partition("-")
    if name not in ABOUT or not pk.isdecimal() or len(pk) > 18:
        raise Http404
    path = "requirement__project" if name == "report" else "project"
    model: Any = Comment._meta.get_field(name).related_model
    return get_object_or_404(model.objects.visible_to(user), **{path: project}, pk=pk)


@require_POST
def comments_seen(request: Request, pk: int) -> HttpResponse:
    """The page tells, by itself, that it was opened; without scripts there is a button."""
    project, _actions = find_inside(request, pk)
    thing = _thing(request.user, project, request.POST.get("about", ""))
    Comment.objects.about(project, thing).see(request.user)
    if request.headers.get("HX-Request"):
        return HttpResponse()
    return redirect(thing or project_comments(project))


def project_comments(project: Project) -> str:
    return Comment(project=project).get_absolute_url().partition("#")[0]


def _own(request: Request, pk: int, act: str) -> Comment:
    comment = get_object_or_404(Comment.objects.visible_to(request.user).for_listing(), pk=pk)
    if why_not := comment_actions(request.user, comment)[act]:
        raise PermissionDenied(why_not)
    return comment


@require_http_methods(["GET", "HEAD", "POST"])
def comment_edit(request: Request, pk: int) -> HttpResponse:
    comment = _own(request, pk, "edit")
    form = CommentEditForm(request.POST or None, instance=comment)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            comment.change(text)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            comment.told.add(*named(text, participants(comment.project).exclude(pk=request.user.pk)))
            messages.success(request, _("Your comment is changed."))
        return redirect(comment)
    return render(request, "projects/comment_edit.html", {"form": form, "comment": comment, "project": comment.project})


@require_POST
def comment_delete(request: Request, pk: int) -> HttpResponse:
    comment = _own(request, pk, "delete")
    comment.delete_text()
    messages.success(request, _("Your comment is deleted."))
    return redirect(comment)
