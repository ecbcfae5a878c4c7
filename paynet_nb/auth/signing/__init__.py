"""Signed calls: keys, one auth a scheme, message IDs, why a signature is refused."""
