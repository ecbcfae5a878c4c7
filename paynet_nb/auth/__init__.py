"""A token: asked for, judged, kept alive, put on requests."""
