"""PRETEND: a made-up world on loopback, for the demonstration, the tests and the benchmarks.

`Wire` is a line to any of the receivers that breaks on order.

Outlets with feeds, robots.txt and pages of realistic weight (`OutletServer`), searches (`SearchServer`) and registers
(`RegisterServer`), our own stories as data (`find_story`,
`tell`), and receivers that record what they get and fail on order (`WebhookReceiver`, `SlackReceiver`,
`SlackAppReceiver`, `TelegramReceiver`, `DiscordReceiver`, `MatrixReceiver`, `NtfyReceiver`, `MailReceiver`, `FormReceiver`), and an
adjudicator that does so too
(`AdjudicatorReceiver`). `HubServer` is a hub of WebSub. It imports none of the other packages:
what it says about them is seen through HTTP, and SMTP, only.
"""

from newsroom.adjudicator import AdjudicatorReceiver
from newsroom.apprise import FormMessage, FormReceiver
from newsroom.discord import DiscordMessage, DiscordReceiver
from newsroom.email import ReceivedMail
from newsroom.email_server import MailFault, MailReceiver
from newsroom.hubs import HubServer, Subscription
from newsroom.matrix import MatrixMessage, MatrixReceiver
from newsroom.ntfy import NtfyMessage, NtfyReceiver
from newsroom.outlets import OutletServer
from newsroom.press import MadeUpOutlet, Publication, made_up_outlets
from newsroom.receivers import WebhookReceiver, open_signed
from newsroom.receiving import Receiver, ReceiverError
from newsroom.registers import Act, RegisterServer
from newsroom.searches import Hit, SearchServer
from newsroom.serving import Answer, Exchange, LoopbackServer, Request, Reset
from newsroom.slack import SlackReceiver
from newsroom.slack_app import SlackAppMessage, SlackAppReceiver
from newsroom.stories import Story, StoryError, ToldStory, all_stories, find_story, tell
from newsroom.telegram import TelegramMessage, TelegramReceiver
from newsroom.telegram_inbox import Person
from newsroom.wire import Wire, WireFault
from newsroom.world import World, draw_world, plain_world

__all__ = [
    "Act",
    "AdjudicatorReceiver",
    "Answer",
    "DiscordMessage",
    "DiscordReceiver",
    "Exchange",
    "FormMessage",
    "FormReceiver",
    "Hit",
    "HubServer",
    "LoopbackServer",
    "MadeUpOutlet",
    "MailFault",
    "MailReceiver",
    "MatrixMessage",
    "MatrixReceiver",
    "NtfyMessage",
    "NtfyReceiver",
    "OutletServer",
    "Person",
    "Publication",
    "ReceivedMail",
    "Receiver",
    "ReceiverError",
    "RegisterServer",
    "Request",
    "Reset",
    "SearchServer",
    "SlackAppMessage",
    "SlackAppReceiver",
    "SlackReceiver",
    "Story",
    "StoryError",
    "Subscription",
    "TelegramMessage",
    "TelegramReceiver",
    "ToldStory",
    "WebhookReceiver",
    "Wire",
    "WireFault",
    "World",
    "all_stories",
    "draw_world",
    "find_story",
    "made_up_outlets",
    "open_signed",
    "plain_world",
    "tell",
]
