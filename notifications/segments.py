"""How many parts a text message is sent in. Pure."""

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE = frozenset("€[]{}^~|\\\f")


def segments(text: str) -> int:
    """Parts of 160 letters (153 when joined); 70 and 67 outside the GSM alphabet.

    One letter outside the GSM 03.38 alphabet, such as a curly quote, switches the
    whole message to the short parts.
    """
    if all(letter in _GSM or letter in _GSM_DOUBLE for letter in text):
        size = len(text) + sum(letter in _GSM_DOUBLE for letter in text)
        one, joined = 160, 153
    else:
        size = len(text.encode("utf-16-le")) // 2
        one, joined = 70, 67
    return 1 if size <= one else -(-size // joined)
