"""RUN: the only entry and the only reader of settings; nothing below knows where its values come from.

`main` is the command tree with one border for errors, `commands/` a file a noun, `settings` reads and checks what
people write (`keys` is the list of it), `wiring` puts the parts together, `logs` keeps secrets out of what is said,
`views` draws tables. `crawler` is imported lazily, in the commands that fetch: the service never loads Scrapy.
"""
