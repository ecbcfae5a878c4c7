"""One request out, one redacted `Call` in."""
