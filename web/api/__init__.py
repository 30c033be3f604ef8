"""The JSON API: what the commands print with `--json`, in pieces, and its description, made from the same declarations."""
