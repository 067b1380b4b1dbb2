"""The nouns of the house: columns, constraints, and rules about one row. No queries, no Flask."""

from app.models.accessibility import AccessibilityRequest, Need, RequestState
from app.models.announcement import Announcement, AnnouncementState, KeptText
from app.models.approval import Approval
from app.models.audit import AuditEntry
from app.models.booking import BookedPlace, Booking
from app.models.change_notice import ChangeNotice
from app.models.event import Event
from app.models.event_parts import CommitteeMeeting, EventSession, Material, MaterialKind, SessionKind, Speaker, Venue
from app.models.event_state import EventState
from app.models.failure_reason import FailureReason
from app.models.helper import Helper, HelperRole
from app.models.invitation import Invitation, InvitationState
from app.models.joining import Joining, SessionJoining, SessionPresence
from app.models.mail_course import EmailState
from app.models.mail_notice import BouncedAddress, MailNotice, NoticeKind, UnwantedAddress
from app.models.mail_relay import MailRelay, RelayTrouble
from app.models.mail_wording import MailWording, MailWords
from app.models.message_kind import MessageKind
from app.models.opening_alert import OpeningAlert
from app.models.outgoing_email import OutgoingEmail
from app.models.pending_move import MoveKind, PendingMove
from app.models.pick import Pick, PickState
from app.models.placeholder import Placeholder
from app.models.question import Answer, AnsweredQuestion, OptionLimit, Question, QuestionKind, QuestionVersion
from app.models.registration import PostponedAnswer, Registration, RegistrationSource
from app.models.registration_rules import Access, OverlapRule, RegistrationRules
from app.models.registration_state import RegistrationState
from app.models.reminder import Lead, Reminder, ReminderUnit
from app.models.role import Role
from app.models.room_request import RoomRequest
from app.models.seat_pool import Mode, SeatPool
from app.models.series import Series
from app.models.site_notice import SiteNotice
from app.models.staff import Right, StaffMember, StaffPasskey, StaffRole, StaffSession
from app.models.submission import FormSubmission
from app.models.subscription import EventNews, Follow, FollowRequest, Rhythm, Subscriber, ToldEvent
from app.models.topic import Topic, TopicKind
from app.models.us_person import UsPerson, UsPersonAnswer
from app.models.worker_beat import JobTurn, WorkerBeat

__all__ = [
    "Access",
    "AccessibilityRequest",
    "Announcement",
    "AnnouncementState",
    "Answer",
    "AnsweredQuestion",
    "Approval",
    "AuditEntry",
    "BookedPlace",
    "Booking",
    "BouncedAddress",
    "ChangeNotice",
    "CommitteeMeeting",
    "EmailState",
    "Event",
    "EventNews",
    "EventSession",
    "EventState",
    "FailureReason",
    "Follow",
    "FollowRequest",
    "FormSubmission",
    "Helper",
    "HelperRole",
    "Invitation",
    "InvitationState",
    "JobTurn",
    "Joining",
    "KeptText",
    "Lead",
    "MailNotice",
    "MailRelay",
    "MailWording",
    "MailWords",
    "Material",
    "MaterialKind",
    "MessageKind",
    "Mode",
    "MoveKind",
    "Need",
    "NoticeKind",
    "OpeningAlert",
    "OptionLimit",
    "OutgoingEmail",
    "OverlapRule",
    "PendingMove",
    "Pick",
    "PickState",
    "Placeholder",
    "PostponedAnswer",
    "Question",
    "QuestionKind",
    "QuestionVersion",
    "Registration",
    "RegistrationRules",
    "RegistrationSource",
    "RegistrationState",
    "RelayTrouble",
    "Reminder",
    "ReminderUnit",
    "RequestState",
    "Rhythm",
    "Right",
    "Role",
    "RoomRequest",
    "SeatPool",
    "Series",
    "SessionJoining",
    "SessionKind",
    "SessionPresence",
    "SiteNotice",
    "Speaker",
    "StaffMember",
    "StaffPasskey",
    "StaffRole",
    "StaffSession",
    "Subscriber",
    "ToldEvent",
    "Topic",
    "TopicKind",
    "UnwantedAddress",
    "UsPerson",
    "UsPersonAnswer",
    "Venue",
    "WorkerBeat",
]
