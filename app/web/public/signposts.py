"""What programs look for at fixed addresses: robots.txt, sitemap.xml, security.txt, favicon.ico."""

from datetime import datetime, timedelta

from flask import Response, current_app, render_template, url_for

from app import clock, links
from app.operations.program import listing
from app.web import kept, site
from app.web.public import blueprint
from app.web.static_files import bodies

PAGES = ("home", "events", "about", "resources", "accessibility", "privacy", "contact")
PRIVATE = ("/staff/", "/registrations/", "/bookings/", "/invitations/", "/subscriptions/", "/events/*/register")
VALID_FOR = timedelta(days=180)
TEXT = "text/plain; charset=utf-8"


@blueprint.get("/robots.txt")
def robots() -> Response:
    kept.keep()
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), f"Sitemap: {links.absolute('/sitemap.xml')}"]
    return Response("\n".join([*lines, ""]), content_type=TEXT)


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    kept.keep()
    site.facts()
    found: list[tuple[str, datetime | None]] = [(links.absolute(url_for(f"public.{page}")), None) for page in PAGES]
    choices = listing.choices()
    found += [(links.absolute(url_for("public.series", slug=choice.slug)), None) for choice in choices.series]
    found += [(links.absolute(url_for("public.topic", slug=choice.slug)), None) for choice in choices.topics]
    found += [(links.absolute(url_for("public.event", slug=slug)), at) for slug, at in listing.addresses()]
    return Response(render_template("public/sitemap.xml", addresses=found), content_type="application/xml")


@blueprint.get("/.well-known/security.txt")
def security() -> Response:
    """Whom to tell of a weakness (RFC 9116)."""
    midnight = datetime.combine(clock.now().date(), datetime.min.time())
    lines = [
        f"Contact: mailto:{current_app.config['ORGANIZATION_EMAIL']}",
        f"Contact: {links.absolute('/contact')}",
        f"Expires: {midnight + VALID_FOR:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(current_app.config['LANGUAGES'])}",
        f"Canonical: {links.absolute('/.well-known/security.txt')}",
    ]
    kept.keep()
    return Response("\n".join([*lines, ""]), content_type=TEXT)


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask here when no page told them better."""
    kept.keep()
    return Response(bodies()["favicon.svg"], content_type="image/svg+xml")
