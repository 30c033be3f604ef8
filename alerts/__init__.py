"""ANNOUNCE and DELIVER: who is told of an event, and how the message gets there.

`policy` decides (pure), `announce` writes alert and deliveries in one transaction, `message` renders (pure),
`deliver` keeps a permanent task a destination that sends and records, `outcome` and `verdict` say what an answer
means and what follows (pure), `channels` speak to the services. A message is marked as sent after it was accepted:
nothing is lost, and a repeat carries the same key.
"""

from alerts.announce import announce_due
from alerts.channels.apprise import AppriseChannel
from alerts.channels.base import Channel, EditingChannel, Parcel, Remote
from alerts.channels.console import ConsoleChannel
from alerts.channels.discord import DiscordChannel
from alerts.channels.email import EmailChannel
from alerts.channels.email_body import Envelope
from alerts.channels.matrix import MatrixChannel
from alerts.channels.ntfy import NtfyChannel
from alerts.channels.posting import Limits
from alerts.channels.slack import SlackChannel
from alerts.channels.slack_app import SlackAppChannel
from alerts.channels.telegram import TelegramChannel
from alerts.channels.webhook import WebhookChannel
from alerts.deliver import DeliveryLoop
from alerts.destinations import Destination, matches
from alerts.errors import AlertError, UnknownDestinationError, UnknownLanguageError, UnusableDestinationError
from alerts.headline import headline
from alerts.message import Message, Telling, render
from alerts.outcome import Result, SendOutcome
from alerts.people import Watch
from alerts.policy import Rules, settle_time
from alerts.quiet import QuietHours, quiet_until
from alerts.sending import Sender, SendingOptions
from alerts.wording import message_languages

__all__ = [
    "AlertError",
    "AppriseChannel",
    "Channel",
    "ConsoleChannel",
    "DeliveryLoop",
    "Destination",
    "DiscordChannel",
    "EditingChannel",
    "EmailChannel",
    "Envelope",
    "Limits",
    "MatrixChannel",
    "Message",
    "NtfyChannel",
    "Parcel",
    "QuietHours",
    "Remote",
    "Result",
    "Rules",
    "SendOutcome",
    "Sender",
    "SendingOptions",
    "SlackAppChannel",
    "SlackChannel",
    "TelegramChannel",
    "Telling",
    "UnknownDestinationError",
    "UnknownLanguageError",
    "UnusableDestinationError",
    "Watch",
    "WebhookChannel",
    "announce_due",
    "headline",
    "matches",
    "message_languages",
    "quiet_until",
    "render",
    "settle_time",
]
