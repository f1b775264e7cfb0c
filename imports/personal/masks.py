"""Masks for personal data: enough to recognise the kind, too little to recognise a person."""

DOT = "•"


def masked(kind: str, text: str) -> str:
    """`j•••@•••.org` for an e-mail address, initials for names, the last two characters of numbers."""
    if kind == "email":
        name, _, host = text.partition("@")
        return f"{name[:1]}{DOT * 3}@{DOT * 3}.{host.rpartition('.')[2]}"
    if kind in ("name", "address"):
        return " ".join(word[0] + DOT * 3 for word in text.split()[:6])
    return masked_number(text)


def masked_number(text: str) -> str:
    """All letters and digits except the last two are hidden; separators remain."""
    shown = sum(map(str.isalnum, text)) - 2
    hidden = []
    for character in text[:60]:
        if character.isalnum():
            hidden.append(DOT if shown > 0 else character)
            shown -= 1
        else:
            hidden.append(character)
    return "".join(hidden)
