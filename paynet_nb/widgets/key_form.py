"""`KeyForm`: choose or drop the file of a private key, and leave no trace of it.

The file's bytes and the password come from the browser as binary buffers of one
message. They are never widget state, which notebooks save and other tabs see.
"""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from paynet_nb.auth import SigningKey
from paynet_nb.credentials import Secret
from paynet_nb.errors import SigningError
from paynet_nb.widgets.choices import in_lines, show_form
from paynet_nb.widgets.scripts import script, style

_HEADLESS = "set PAYNET_SIGNING_KEY_FILE and use pn.SigningKey.from_env()"


class KeyForm(anywidget.AnyWidget):
    """A form that reads a private key, and the certificate beside it.

    The file stays in the browser until the button is pressed, and then goes to the
    kernel only: nothing is saved and nothing is sent elsewhere.

        form = pn.KeyForm()
        form
    """

    _esm = script("key_form.js")
    _css = style("view.css", "form.css")

    # All that is synced, so all that a notebook can save.
    _progress = traitlets.Dict({"state": "idle", "text": "no key yet"}).tag(sync=True)

    def __init__(self) -> None:
        self._key: SigningKey | None = None
        super().__init__()
        # Not by overriding _handle_custom_msg: messages would stop arriving.
        self.on_msg(self._receive)

    @property
    def submitted(self) -> bool:
        """Whether there is a key."""
        return self._key is not None

    @property
    def key(self) -> SigningKey:
        """The key that was read last.

        Raises:
            SigningError: There is none yet.
        """
        if self._key is None:
            raise SigningError(
                "no key yet: choose its file in the form above and press Read key, "
                f"then run this cell again; headless: {_HEADLESS}"
            )
        return self._key

    def _ipython_display_(self) -> None:
        show_form(self)

    def __repr__(self) -> str:
        """Say what a front end shows that cannot show widgets."""
        return (
            f"<KeyForm ({self._progress['text']}). Where no form is shown: {_HEADLESS}>"
        )

    def _receive(
        self, _widget: object, content: dict[str, Any], buffers: list[memoryview]
    ) -> None:
        """Take the parts that the message names, each in a buffer."""
        given = dict(zip(content["parts"], buffers, strict=True))
        buffers.clear()  # the kernel keeps the message that it is handling
        self._key = None
        # The last word when somebody interrupts the kernel.
        state, text = "failed", "interrupted; press the button again"
        try:
            state, text = self._read(given)
        finally:
            given.clear()
            self._progress = {"state": state, **in_lines(text)}

    def _read(self, given: dict[str, memoryview]) -> tuple[str, str]:
        password = Secret(str(given.pop("password", b""), "utf-8", "replace"))
        try:
            self._key = SigningKey.from_pem(
                given["key"], password, certificate=given.get("certificate")
            )
        except SigningError as error:
            return "failed", f"no key: {error}"
        return "held", f"key held: {repr(self._key)[1:-1]}"
