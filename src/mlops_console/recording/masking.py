"""Keeping secrets out of what is captured: by the name of an option or param, and by the look of a value."""

import re
from typing import Any

MASK = "***"

_STRONG = frozenset(
    {"password", "passwd", "passphrase", "pwd", "secret", "secrets"}
    | {"credential", "credentials", "apikey", "authorization"}
)
"""A name with one of these words hides any text or number."""
_KEY_OWNERS = frozenset({"api", "access", "private", "secret", "signing", "encryption", "account", "auth"})
"""`key` behind one of these words is one, too (`api_key`, not `sort_key`)."""
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_OPAQUE = re.compile(r"(?=.*[0-9])[A-Za-z0-9_\-.=/+]{12,}")
"""What a token looks like, so that `pad_token="[PAD]"` and `max_tokens=512` stay."""
_KNOWN = re.compile(
    r"AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|hf_[A-Za-z0-9]{20,}"
    r"|sk-[\w-]{20,}|xox[abprs]-[\w-]{10,}|AIza[\w-]{30,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*"
)
_USER_INFO = re.compile(r"(?<=://)([^/\s:@]*):([^/\s@]+)(?=@)")


def is_secret(name: str, value: Any) -> bool:
    """Whether a value is hidden because of its name."""
    if isinstance(value, (bool, float)) or value is None or value == "":
        return False
    words = [word.lower() for word in _WORDS.findall(name)]
    if _STRONG.intersection(words):
        return True
    if "key" in words[1:] and words[words.index("key", 1) - 1] in _KEY_OWNERS:
        return isinstance(value, str)
    return bool(words) and words[-1] in ("token", "auth") and bool(_OPAQUE.fullmatch(str(value)))


def mask_text(text: str) -> str:
    """Text without the passwords of addresses and without keys of well-known looks."""
    if "://" in text:
        text = _USER_INFO.sub(rf"\1:{MASK}", text)
    return _KNOWN.sub(MASK, text)


def mask(name: str, value: Any) -> Any:
    """A param, with everything secret in it replaced, however deep."""
    if isinstance(value, dict):
        return {key: mask(f"{name}.{key}", item) for key, item in value.items()}
    if is_secret(name.rpartition(".")[2], value):
        return MASK
    if isinstance(value, list):
        return [mask(name, item) for item in value]
    return mask_text(value) if isinstance(value, str) else value


def mask_command(words: list[str]) -> list[str]:
    """A command line: `--password x`, `--password=x` and `db.password=x` lose their x."""
    masked: list[str] = []
    option = ""
    for word in words:
        name, sign, value = word.partition("=")
        if sign and not name.startswith(("http:", "https:")):
            hidden = is_secret(name, value)
            masked.append(f"{name}={MASK if hidden else mask_text(value)}")
            option = ""
        elif word.startswith("-") and not word[1:2].isdigit():
            masked.append(mask_text(word))
            option = word
        else:
            masked.append(MASK if option and is_secret(option, word) else mask_text(word))
            option = ""
    return masked
