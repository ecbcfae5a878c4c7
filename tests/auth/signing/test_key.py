"""`SigningKey`: read from every form people have, and refused in one line."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Callable
from pathlib import Path
from traceback import TracebackException
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA512
from joserfc.jwk import RSAKey

from paynet_nb.auth.signing import key as key_module
from paynet_nb.auth.signing.key import SigningKey
from paynet_nb.credentials import Secret
from paynet_nb.errors import SigningError
from tests.helpers.programs import openssl

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def key() -> SigningKey:
    """One throw-away key for all: making one takes long."""
    return SigningKey.generate().self_signed("tests")


@pytest.fixture(scope="module")
def folder(key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Have openssl write the key in its forms, and what is no key of ours."""
    folder = tmp_path_factory.mktemp("keys")
    key.save(folder / "pkcs8.pem")
    (folder / "certificate.pem").write_text(key.certificate_pem() or "")
    secret = ["-passout", f"pass:{PASSWORD}"]
    for line in (
        "rsa -in pkcs8.pem -traditional -out pkcs1.pem",
        "rsa -in pkcs8.pem -outform DER -traditional -out pkcs1.der",
        "pkcs8 -topk8 -nocrypt -in pkcs8.pem -outform DER -out pkcs8.der",
        "rsa -in pkcs8.pem -pubout -out public.pem",
        "rsa -in pkcs8.pem -pubout -outform DER -out public.der",
        "genrsa -out small.pem 1024",
        "ecparam -genkey -name prime256v1 -noout -out ec.pem",
        "req -new -key pkcs8.pem -subj /CN=x -out request.pem",
    ):
        openssl(folder, *line.split())
    openssl(
        folder,
        *["rsa", "-in", "pkcs8.pem", "-traditional", "-aes128", "-out", "old.pem"],
        *secret,
    )
    for form in ("PEM", "DER"):
        openssl(
            folder,
            *f"pkcs8 -topk8 -in pkcs8.pem -outform {form}".split(),
            *f"-out encrypted.{form.lower()}".split(),
            *secret,
        )
    words = "pkcs12 -export -inkey pkcs8.pem -in certificate.pem -out key.p12"
    openssl(folder, *words.split(), *secret)
    return folder


@pytest.mark.parametrize("name", ["pkcs8.pem", "pkcs1.pem", "pkcs1.der", "pkcs8.der"])
@pytest.mark.parametrize("form", [Path, str, Path.read_bytes])
def test_a_key_is_read_from_a_file_and_from_its_bytes(
    folder: Path, key: SigningKey, name: str, form: Callable[[Path], Any]
) -> None:
    """PKCS#1 and PKCS#8, PEM and DER, by path and by content."""
    found = SigningKey.from_pem(form(folder / name))

    assert found.public_pem() == key.public_pem()


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_a_key_from_windows_is_read(
    folder: Path, key: SigningKey, tmp_path: Path, charset: str
) -> None:
    """With its line ends, and in what PowerShell and the editors there write."""
    ends = (folder / "pkcs8.pem").read_text("utf-8").replace("\n", "\r\n")
    text = ends.encode(charset)
    saved = tmp_path / "windows.pem"
    saved.write_bytes(text if text[0] > 0x7F else codecs.BOM_UTF16_BE + text)

    assert SigningKey.from_pem(saved).public_key == key.public_key
    assert SigningKey.from_pem(saved.read_bytes()).public_key == key.public_key


@pytest.mark.parametrize("name", ["old.pem", "encrypted.pem", "encrypted.der"])
@pytest.mark.parametrize(
    "password",
    [PASSWORD, PASSWORD.encode(), Secret(PASSWORD)],
    ids=["str", "bytes", "S"],
)
def test_an_encrypted_key_is_read_with_its_password(
    folder: Path, key: SigningKey, name: str, password: str
) -> None:
    """Of openssl's old form and of PKCS#8; as text, bytes or `Secret`."""
    assert SigningKey.from_pem(folder / name, password).public_key == key.public_key


@pytest.mark.parametrize(
    "change",
    [
        lambda pem: pem.replace("\n", "\\n"),
        lambda pem: pem.replace("\n", "\\r\\n"),
        lambda pem: pem.replace("\n", "\r\n"),
        lambda pem: pem.replace("\n", " "),
        lambda pem: f'"{pem}"',
        lambda pem: f"Bag Attributes\n  name: x\n{pem}",
        lambda pem: "".join(pem.splitlines()[1:-1]),
        lambda pem: base64.b64encode(pem.encode()).decode(),
        lambda pem: "\ufeff" + pem,
    ],
)
def test_the_text_of_an_environment_variable_is_read(
    key: SigningKey, change: Callable[[str], str]
) -> None:
    """Line breaks written out or lost, quotes, no armour, or base64 once more."""
    assert SigningKey.from_pem(change(key.reveal())).public_key == key.public_key


def test_a_certificate_stands_beside_the_key(folder: Path, key: SigningKey) -> None:
    """In the same text, in a file, in PKCS#12; its serial has PayNet's form."""
    pem = key.certificate_pem() or ""
    written = openssl(folder, *["x509", "-in", "certificate.pem", "-noout", "-serial"])
    serial = written.decode().strip().removeprefix("serial=").lower()

    found = [
        SigningKey.from_pem(key.reveal() + pem),
        SigningKey.from_pem(pem + key.reveal()),
        SigningKey.from_pem(key.reveal(), certificate=folder / "certificate.pem"),
        SigningKey.from_pem(folder / "pkcs8.pem", certificate=pem),
        SigningKey.from_pkcs12(folder / "key.p12", PASSWORD),
        SigningKey.from_pem(folder / "key.p12", PASSWORD),
    ]

    assert [one.serial for one in found] == [serial] * 6
    assert [one.certificate_pem() for one in found] == [pem] * 6


def test_the_certificate_of_another_key_is_refused(key: SigningKey) -> None:
    """A signature named by it would be refused by PayNet."""
    other = SigningKey.generate().self_signed("other")

    with pytest.raises(SigningError, match="another key"):
        SigningKey.from_pem(key.reveal(), certificate=other.certificate_pem())
    with pytest.raises(SigningError, match="do not belong together"):
        SigningKey.from_pem(key.reveal() + (other.certificate_pem() or ""))


@pytest.mark.parametrize(
    ("name", "password", "told"),
    [
        ("small.pem", None, "1024 bits"),
        ("ec.pem", None, "of the kind EC"),
        ("public.pem", None, "is the public key"),
        ("public.der", None, "is the public key"),
        ("certificate.pem", None, "a certificate only"),
        ("request.pem", None, "a certificate request"),
        ("encrypted.pem", None, "give its password"),
        ("encrypted.der", None, "give its password"),
        ("old.pem", None, "give its password"),
        ("encrypted.pem", "wrong", "password is wrong"),
        ("encrypted.der", "wrong", "password is wrong"),
        ("old.pem", "wrong", "password is wrong"),
        ("missing.pem", None, "No such file"),
    ],
)
def test_what_is_no_key_is_refused_in_one_line(
    folder: Path, name: str, password: str | None, told: str
) -> None:
    """The line says what it is and what to do."""
    with pytest.raises(SigningError, match=told) as caught:
        SigningKey.from_pem(folder / name, password)

    assert len(str(caught.value).splitlines()) == 1
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("no such file", "neither a PEM text nor a file"),
        (b"\x30\x82 nothing", "no private key that can be read"),
        (b"\xfe\xed\xfe\xed\0\0", "keytool"),
        (7, "but int"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "no private"),
        ("-----BEGIN PRIVATE KEY-----", "no private key"),
    ],
)
def test_what_holds_no_key_is_refused(given: Any, told: str) -> None:
    """Whatever is given, the answer is a `SigningError`."""
    with pytest.raises(SigningError, match=told):
        SigningKey.from_pem(given)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("-----BEGIN a-secret", r"from_pem\(...\) reads"),
        (Path("key.pem"), r"from_pem\(...\) reads"),
        (None, "kind NoneType"),
        (rsa.generate_private_key(65537, 1024), "1024 bits"),  # noqa: S505
        (ec.generate_private_key(ec.SECP256R1()), "kind EC"),
    ],
    ids=["text", "path", "None", "small", "EC"],
)
def test_a_key_is_not_made_of_what_cannot_sign(given: Any, told: str) -> None:
    """Who gives the text itself learns the way, and no local name holds the text."""
    with pytest.raises(SigningError, match=told) as caught:
        SigningKey(given)

    told_all = TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [
        frame for frame in told_all.stack if frame.filename == key_module.__file__
    ]
    assert frames
    assert "a-secret" not in str([frame.locals for frame in frames])


@pytest.mark.parametrize("password", [None, "wrong"])
def test_a_pkcs12_file_wants_its_password(folder: Path, password: str | None) -> None:
    """None and a wrong one are told apart."""
    told = "password is wrong" if password else "give its password"
    with pytest.raises(SigningError, match=told):
        SigningKey.from_pkcs12(folder / "key.p12", password)


def test_two_keys_in_one_text_are_refused(key: SigningKey) -> None:
    """Which one to sign with is the caller's to say."""
    with pytest.raises(SigningError, match="2 private keys"):
        SigningKey.from_pem(key.reveal() * 2)


def test_a_key_is_saved_for_its_owner_only(key: SigningKey, tmp_path: Path) -> None:
    """Mode 600, encrypted where a password is given, never over another file."""
    plain, closed = tmp_path / "plain.pem", tmp_path / "closed.pem"
    key.save(plain)
    key.save(closed, PASSWORD)

    assert [file.stat().st_mode & 0o777 for file in (plain, closed)] == [0o600] * 2
    assert "ENCRYPTED" in closed.read_text()
    assert SigningKey.from_pem(closed, PASSWORD).public_key == key.public_key
    with pytest.raises(SigningError, match="File exists"):
        key.save(plain)


def test_the_public_half_can_be_handed_on(folder: Path, key: SigningKey) -> None:
    """PEM as of openssl, a JWK that joserfc reads, a request that openssl verifies."""
    jwk = key.public_jwk()
    request = key.certificate_request(
        "RPPTEST", "Bank Contoh", organizational_unit="IT"
    )
    (folder / "made.csr").write_text(request)
    words = ["req", "-in", "made.csr", "-noout", "-verify", "-subject"]
    shown = openssl(folder, *words)
    bare = SigningKey.from_pem(key.reveal()).public_jwk()

    assert key.public_pem() == (folder / "public.pem").read_text()
    assert RSAKey.import_key({**jwk}).as_pem(private=False).decode() == key.public_pem()
    assert set(jwk) == {"kty", "use", "kid", "n", "e"}
    assert jwk["kid"] == key.serial
    assert bare["kid"] == RSAKey.import_key({**bare}).thumbprint()
    assert "CN = RPPTEST" in shown.decode().replace("CN=", "CN = ")
    read = x509.load_pem_x509_csr(request.encode())
    assert read.public_key() == key.public_key
    assert "OU=IT,O=Bank Contoh,CN=RPPTEST" in read.subject.rfc4514_string()


def test_a_request_that_cannot_be_is_refused(key: SigningKey) -> None:
    """A country has two letters (ISO 3166)."""
    with pytest.raises(SigningError, match="country= cannot stand"):
        key.certificate_request("x", "y", country="MYS")


def test_a_key_signs_by_both_algorithms(key: SigningKey) -> None:
    """RS256 and RS512, and no other."""
    key.public_key.verify(key.sign(b"x", "RS512"), b"x", PKCS1v15(), SHA512())

    with pytest.raises(SigningError, match="RS256 or RS512"):
        key.sign(b"x", "HS256")
    with pytest.raises(SigningError, match="2048"):
        SigningKey.generate(bits=1024)
