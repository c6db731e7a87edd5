"""How many parts a text message is sent in. Pure."""

GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_DOUBLE = "€[]{}^~|\\\f"


def segments(text: str) -> int:
    """Parts of 160 letters (153 when joined); 70 and 67 outside the GSM alphabet.

    One letter outside the GSM 03.38 alphabet, such as a curly quote, switches the
    whole message to the short parts.
    """
    if all(letter in GSM or letter in GSM_DOUBLE for letter in text):
        size = len(text) + sum(letter in GSM_DOUBLE for letter in text)
        one, joined = 160, 153
    else:
        size = len(text.encode("utf-16-le")) // 2
        one, joined = 70, 67
    return 1 if size <= one else -(-size // joined)


def letters_outside(text: str) -> str:
    """The letters, once each, that switch a text to the short parts."""
    return "".join(dict.fromkeys(one for one in text if one not in GSM + GSM_DOUBLE))
