"""Following series and topics by mail: ask, confirm, change, stop. Only a press of a button changes anything."""

from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock, links
from app.db import transact
from app.models import Rhythm, Subscriber
from app.operations.communication import complaining, following, subscribing, wishing
from app.operations.communication.subscribing import FollowOverError
from app.operations.communication.wishing import Wish
from app.web import language, limits, refusals
from app.web.public import blueprint, desks
from app.web.public.confirming import submission_shown
from app.web.public.following_forms import FollowForm, FollowingForm
from app.web.public.form_key import KeyedForm, issue


@blueprint.route("/follow", methods=["GET", "POST"])
def follow() -> BaseResponse | str:
    """Ask for a link by mail. The answer is the same for every address."""
    if request.method == "GET":
        form = FollowForm(purpose="follow", data=_chosen_in_link())
        form.ensure_key()
        return _follow_page(form)
    form = FollowForm(request.form, purpose="follow")
    if not limits.allows("follow", limits.FOLLOW):
        form.form_errors.append(limits.TOO_MANY)
        return make_response(_follow_page(form), 429, limits.AFTER_AN_HOUR)
    if not form.validate():
        return make_response(_follow_page(form), form.status)
    address, wish, rhythm, shown_in = form.address, form.wish, Rhythm(form.rhythm.data), language.current()
    transact(lambda at: subscribing.ask(address, wish, rhythm=rhythm, language=shown_in, at=at))
    return render_template("public/follow_asked.html", address=address)


@blueprint.get("/registrations/<token>/follow")
def follow_after_registering(token: str) -> str:
    """From the page after the form: the event's series ticked, the address as it was typed there a moment ago."""
    shown = submission_shown(token)
    desk = desks.of(shown.event_id) or abort(404)
    form = FollowForm(purpose="follow", data={"series": [desk.event.series.slug], "email": shown.email})
    form.ensure_key()
    return _follow_page(form)


def _chosen_in_link() -> dict[str, Any]:
    """What the page that led here is about: /follow?series=webinars."""
    return {"series": request.args.getlist("series"), "topics": request.args.getlist("topic")}


def _follow_page(form: FollowForm) -> str:
    return render_template("public/follow_by_mail.html", form=form)


@blueprint.route("/follow/<token>", methods=["GET", "POST"])
def confirm_following(token: str) -> BaseResponse | str:
    """The page that the mail leads to: its button confirms."""
    reference = links.read_reference(links.CONFIRM_FOLLOWING, token) or abort(404)
    purpose = f"confirm-following-{reference.id}"
    if request.method == "GET":
        asked = subscribing.request_of(reference.id, reference.version, clock.now())
        wanted = wishing.names(Wish.of(asked.wanted)) if asked else []
        page = {"asked": asked, "wanted": wanted, "token": token, "form_key": issue(purpose)}
        return render_template("public/follow_confirm.html", **page)
    if not KeyedForm(request.form, purpose=purpose).validate():
        abort(400)
    try:
        subscriber = transact(lambda at: subscribing.confirm(reference.id, reference.version, at=at))
    except FollowOverError as refusal:
        sentence = refusals.sentence_for(refusal)
        return make_response(render_template("public/follow_confirm.html", asked=None, sentence=sentence), 409)
    return redirect(_own_page(subscriber, done="confirmed"), 303)


def _own_page(subscriber: Subscriber, *, done: str) -> str:
    token = links.sign(links.SUBSCRIPTIONS, subscriber.digest)
    return url_for("public.subscriptions", token=token, done=done)


@blueprint.route("/subscriptions/<token>", methods=["GET", "POST"])
def subscriptions(token: str) -> BaseResponse | str:
    """What somebody follows and how often: see it, change it, stop it."""
    digest = links.read_text(links.SUBSCRIPTIONS, token) or abort(404)
    subscriber = following.of_link(digest)
    if subscriber is None:
        return render_template("public/follow_stopped.html")
    purpose = f"subscriptions-{digest}"
    if request.method == "GET":
        form = FollowingForm(purpose=purpose)
        form.show(subscriber)
        form.ensure_key()
        return _subscriptions_page(subscriber, form)
    form = FollowingForm(request.form, purpose=purpose)
    if not form.validate():
        return make_response(_subscriptions_page(subscriber, form), form.status)
    wish, rhythm = form.wish, Rhythm(form.rhythm.data)
    changed = transact(lambda at: following.change(digest, wish, rhythm, at=at))
    if changed is None:
        return render_template("public/follow_stopped.html")
    return redirect(_own_page(changed, done="changed"), 303)


def _subscriptions_page(subscriber: Subscriber, form: FollowingForm) -> str:
    return render_template(
        "public/subscriptions.html",
        email=subscriber.email,
        is_unwanted=complaining.of_address(subscriber.email_key) is not None,
        form=form,
        token=links.sign(links.SUBSCRIPTIONS, subscriber.digest),
        stop_token=links.sign(links.STOP_NEWS, subscriber.digest),
        done=request.args.get("done", ""),
    )


@blueprint.route("/subscriptions/<token>/stop", methods=["GET", "POST"])
def stop_news(token: str) -> str:
    """The page has a button. Mail programs send the same POST without a page, from wherever they are (RFC 8058).

    The signed link is all the proof it takes: no key, no cookie, and the answer is never a redirect.
    """
    digest = links.read_text(links.STOP_NEWS, token) or abort(404)
    if request.method == "POST":
        transact(lambda at: following.stop(digest, at=at))
        return render_template("public/follow_stopped.html")
    if following.of_link(digest) is None:
        return render_template("public/follow_stopped.html")
    return render_template("public/follow_stop.html", token=token)
