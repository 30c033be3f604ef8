"""The commands, a file a noun. Each takes the typer context, asks `db`, and prints by `cli.views`."""
