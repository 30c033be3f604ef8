"""Channels: one file a service that messages are sent by, all behind the protocol of `base`."""
