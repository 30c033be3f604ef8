"""LISTEN: a Telegram bot that chats subscribe themselves by, and that answers what they ask.

`updates` reads what the service hands on (pure), `desk` does what a chat asks for, `poller` keeps asking the service.
"""
