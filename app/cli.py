"""The commands: parse, hand the work to ``transact``, call a verb, print one line."""

import logging
import shutil
import sys
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryFile
from zoneinfo import ZoneInfo

import click
from email_validator import EmailNotValidError, validate_email
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select

from app import backing_up, clock, collecting, links, migrating, worker
from app.db import db, transact
from app.formats import content_files
from app.formats.plain_yaml import UnreadableFileError
from app.formats.private_file import private_file
from app.mail import mailboxes, transports
from app.mail.messages import UnsendableError, assemble, new_message_id, return_path
from app.mail.rendering import render
from app.mail.wording import is_demonstration
from app.models import Event, MessageKind, StaffRole
from app.operations.access import staffing
from app.operations.program import demonstrating, event_files, importing
from app.operations.program.event_file import EventFile, EventFileError
from app.operations.records import exporting
from app.operations.records.exporting import Format, Order
from app.operations.records.profiles import PROFILES
from app.operations.records.profiles.profile import Choice
from app.operations.registration.listing import AttendeeFilter

ACTOR = "command"
DEMO = Path(__file__).parent.parent / "demo"
FILES = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

mail = AppGroup("mail", help="Mail as it leaves.")
events = AppGroup("events", help="Events as files; demo/README.md explains them.")
staff = AppGroup("staff", help="People who work in the office's console.")


def register(app: Flask) -> None:
    """Make the commands known to the app."""
    app.cli.add_command(migrating.migrate)
    app.cli.add_command(events)
    app.cli.add_command(demo)
    app.cli.add_command(staff)
    app.cli.add_command(work)
    app.cli.add_command(mail)
    app.cli.add_command(export_list)
    app.cli.add_command(backing_up.back_up)
    app.cli.add_command(backing_up.restored)


@events.command("import")
@click.argument("paths", metavar="FILE.yaml...", nargs=-1, required=True, type=FILES)
@click.option("--reason", default="", help="Why not everybody may register for a committee meeting among them.")
def import_events(paths: tuple[Path, ...], *, reason: str) -> None:
    """Add the events of these files, or none of them when one has a fault."""
    files = [(path, _load(path)) for path in paths]

    def work(at: datetime) -> None:
        for path, file in files:
            try:
                importing.import_event(file, actor=ACTOR, at=at, restriction_reason=reason)
            except EventFileError as error:
                raise _told(path, error) from error

    transact(work)
    click.echo(f"Imported {counted(len(files), 'event')}.")


@events.command("export")
@click.argument("slugs", metavar="[SLUG]...", nargs=-1)
@click.option("--output", "folder", type=FOLDER, help="Write SLUG.yaml files into this folder.")
def export_events(slugs: tuple[str, ...], folder: Path | None) -> None:
    """Write events as files: those named, or all. Without a folder, one event goes to standard output."""
    found = db.session.scalars(select(Event).order_by(Event.starts_at, Event.slug)).all()
    chosen = [event for event in found if not slugs or event.slug in slugs]
    if missing := set(slugs) - {event.slug for event in chosen}:
        raise click.ClickException(f"There is no event {', '.join(sorted(missing))}.")
    if folder is None:
        if len(chosen) != 1:
            raise click.ClickException("Name one event, or a folder with --output.")
        click.echo(event_files.export_event(chosen[0]), nl=False)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for event in chosen:
        (folder / f"{event.slug}.yaml").write_text(event_files.export_event(event), encoding="utf-8")
    click.echo(f"Wrote {counted(len(chosen), 'event')} to {folder}.")


@events.command("series")
def import_series() -> None:
    """Load the series and topics of app/content/, new and changed ones, and new questions of the library."""
    transact(_import_catalogue)
    click.echo("Loaded the series, topics and questions of app/content/.")


@click.command("demo")
@click.option("--remove", is_flag=True, help="Take the demonstration away again.")
def demo(*, remove: bool) -> None:
    """Load the demonstration: past events, sample upcoming ones, and sample people. Twice does no harm."""
    if remove:
        removed = transact(demonstrating.remove_demo)
        click.echo(
            f"Removed {removed.events} events, {removed.registrations} registrations for them, "
            "and the demo administrator."
        )
        return
    files = [_load(path) for path in sorted(DEMO.glob("*/*.yaml"))]

    def work(at: datetime) -> demonstrating.Loaded:
        _import_catalogue(at)
        return demonstrating.load_demo(files, at)

    loaded = transact(work)
    if not loaded.events:
        click.echo("The demonstration is there already.")
        return
    click.echo(f"Loaded {loaded.events} of {len(files)} demo events and {loaded.registrations} sample registrations.")


@staff.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in StaffRole]), required=True)
@click.option("--name", default="", help="The member's name.")
def add_staff(email: str, role: str, name: str) -> None:
    """Let somebody in: prints a sign-in link that works once, for 72 hours. Again for a new link."""
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError as error:
        raise click.BadParameter(str(error), param_hint="EMAIL") from error
    path = transact(lambda at: staffing.add(email, StaffRole(role), actor=ACTOR, name=name, at=at))
    click.echo(links.absolute(path))


@staff.command("demo-link")
def demo_link() -> None:
    """Print a sign-in link for the demonstration's administrator, and nothing else."""
    path = transact(lambda at: staffing.add_demo_administrator(actor=ACTOR, at=at))
    click.echo(links.absolute(path))


def _import_catalogue(at: datetime) -> None:
    fresh = importing.import_catalogue(content_files.catalogue("series"), content_files.catalogue("topics"))
    importing.import_library(content_files.catalogue("questions"), at)
    importing.begin_with_questions(fresh, at)


def _load(path: Path) -> EventFile:
    try:
        return event_files.load(path.read_text(encoding="utf-8"), _today())
    except (EventFileError, UnreadableFileError, UnicodeDecodeError) as error:
        raise _told(path, error) from error


def _told(path: Path, error: Exception) -> click.ClickException:
    return click.ClickException(f"{path.name} was not imported, and nothing was written.\n{error}")


def _today() -> date:
    """The day it is where the office works."""
    return clock.now().astimezone(ZoneInfo(current_app.config["DEFAULT_TIME_ZONE"])).date()


@click.command("export")
@click.argument("slug")
@click.option("--profile", type=click.Choice(list(PROFILES)), default="attendees", help="Whose list it is.")
@click.option("--format", "kind", type=click.Choice([kind.value for kind in Format]), default="csv")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def export_list(slug: str, profile: str, kind: str, output: Path | None) -> None:
    """Write the list of an event's people to standard output, or to a file that only its owner can read."""
    event_id = db.session.scalar(select(Event.id).where(Event.slug == slug))
    if event_id is None:
        raise click.ClickException(f"There is no event {slug}.")
    order = Order(PROFILES[profile], Format(kind), Choice(AttendeeFilter(event_id)))
    with TemporaryFile() as file:
        written = exporting.write(order, file, clock.now())
        transact(lambda at: exporting.record(order, written, by=ACTOR, at=at))
        if output is None:
            shutil.copyfileobj(file, sys.stdout.buffer)
            return
        try:
            with private_file(output) as target:
                shutil.copyfileobj(file, target)
        except OSError as error:
            raise click.ClickException(f"The list was not written. {error}") from error
    click.echo(f"Wrote {counted(written.rows, 'row')} to {output}.")


@click.command("worker")
def work() -> None:
    """Send mail and run the timetable until stopped (Ctrl-C, or SIGTERM)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s worker: %(message)s")
    worker.run(worker.stop_on_signals(), politely=True)


@mail.command("test")
@click.argument("address")
def test_mail(address: str) -> None:
    """Send a test message to ADDRESS at once, and say what the mail server answered."""
    transport = transports.chosen()
    facts = {"sent_at": clock.now().isoformat()}
    try:
        rendered = render(MessageKind.TEST, facts, current_app.config["LANGUAGES"][0], is_demo=is_demonstration())
        content = assemble(rendered, address, "", message_id=new_message_id(), at=clock.now())
        answer = transport.send(content, address, return_path())
    except (UnsendableError, transports.TransportError) as error:
        raise click.ClickException(f"The message was not sent. {error}") from error
    finally:
        transport.close()
    click.echo(f"Sent. {answer}")


@mail.command("bounces")
def read_bounces() -> None:
    """Read the mailbox that the BOUNCES settings name: bounces, automatic answers, declined invitations."""
    if not mailboxes.is_set():
        raise click.ClickException("There is no mailbox to read. Set BOUNCES_MAILDIR or BOUNCES_IMAP_SERVER.")
    try:
        filed = collecting.collect()
    except mailboxes.MailboxError as error:
        raise click.ClickException(f"The mailbox could not be read. {error}") from error
    kinds = ", ".join(f"{kind.value} {count}" for kind, count in sorted(filed.items(), key=lambda one: one[0].value))
    click.echo(f"Filed {counted(filed.total(), 'message')}{': ' + kinds if kinds else ''}.")


def counted(number: int, thing: str) -> str:
    """1 event; 2 events."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
