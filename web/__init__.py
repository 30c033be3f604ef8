"""SHOW: what is stored and how the service is, to people and machines; it writes nothing.

`app` is the table of pages, `pages` shows events to people in words that `telling` finds (pure), `health` is the two
pages that watchers ask, `guard` what no page has to think of (hosts, methods, the token, security headers), `access`
who may come in (pure). Handlers are plain functions and run in threads. The service hands in how it is; this package
knows nothing of how it runs.
"""
