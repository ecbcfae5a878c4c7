"""`KeyForm` without a browser: a message goes in, a key comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import paynet_nb as pn
from tests.helpers.places import texts
from tests.helpers.programs import openssl

PASSWORD = "canary-of-a-password"


@pytest.fixture(scope="module")
def key() -> pn.SigningKey:
    """One throw-away key for all."""
    return pn.SigningKey.generate().self_signed("tests")


def read(form: pn.KeyForm, **parts: str | bytes) -> dict[str, Any]:
    """Press the button as the browser does; give the message that the kernel keeps."""
    raw = [text.encode() if isinstance(text, str) else text for text in parts.values()]
    message = {
        "content": {"data": {"method": "custom", "content": {"parts": [*parts]}}},
        "buffers": [memoryview(part) for part in raw],
    }
    form.comm.handle_msg(message)
    return message


def status(form: pn.KeyForm) -> str:
    """Give the line that the form shows."""
    return str(form.get_state()["_progress"]["text"])


def test_a_file_and_its_password_become_a_key(
    key: pn.SigningKey, tmp_path: Path
) -> None:
    """Encrypted, and the certificate from a file of its own."""
    form = pn.KeyForm()
    encrypted = key.save(tmp_path / "key.pem", PASSWORD).read_bytes()

    read(
        form,
        key=encrypted,
        certificate=key.certificate_pem() or "",
        password=PASSWORD,
    )

    assert form.submitted
    assert form.key == key
    assert status(form) == f"key held: {repr(key)[1:-1]}"


def test_a_pkcs12_file_is_read_as_well(key: pn.SigningKey, tmp_path: Path) -> None:
    """Whatever its name is."""
    (tmp_path / "both.pem").write_text(f"{key.reveal()}{key.certificate_pem()}")
    words = f"pkcs12 -export -in both.pem -out key.p12 -passout pass:{PASSWORD}"
    openssl(tmp_path, *words.split())
    form = pn.KeyForm()

    read(form, key=(tmp_path / "key.p12").read_bytes(), password=PASSWORD)

    assert form.key == key


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("encrypted", "password is wrong"),
        ("public", "is the public key"),
        ("other", "certificate is that of another key"),
        ("nothing", "holds no private key"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_held(
    key: pn.SigningKey, tmp_path: Path, file: str, told: str
) -> None:
    """Not the key of before either."""
    form = pn.KeyForm()
    read(form, key=key.reveal())
    parts: dict[str, dict[str, str | bytes]] = {
        "encrypted": {"key": key.save(tmp_path / "k", "x" * 9).read_bytes()},
        "public": {"key": key.public_pem()},
        "other": {
            "key": pn.SigningKey.generate().reveal(),
            "certificate": key.certificate_pem() or "",
        },
        "nothing": {"key": b"\0\1\2"},
    }

    read(form, **parts[file], password=PASSWORD)

    assert status(form).startswith("no key: the ")
    assert told in status(form)
    assert not form.submitted
    with pytest.raises(pn.SigningError, match="press Read key"):
        form.key  # noqa: B018  # a property


def test_nothing_of_the_key_is_kept_but_in_the_key(key: pn.SigningKey) -> None:
    """Neither in state, text, the message that the kernel keeps, nor attributes."""
    form = pn.KeyForm()
    message = read(form, key=key.reveal(), password=PASSWORD)
    shown = f"{form!r} {form.get_state()} {form._repr_mimebundle_()} {message}"
    hidden = [*key.reveal().splitlines()[8:-2], PASSWORD]

    assert message["buffers"] == []
    inside = "\n".join(texts(form))
    assert [one for one in hidden if one in shown or one in inside] == []
