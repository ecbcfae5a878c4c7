"""Ways in: a login, the command, its demo, the guided notebooks."""
