"""Call and tabulate: `Client`, `Session`, and many calls at once."""
