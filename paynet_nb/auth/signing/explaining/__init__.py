"""Why a signature is refused: what was sent, what must be, the first difference."""
