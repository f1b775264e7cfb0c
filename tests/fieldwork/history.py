"""What people did in a journey, written outside the system, and whether the system has all of it.

Every word that a person types is one of its own ("w17x"), so it can be looked for. The file has a line for each
`invoke` (typed), `device` (a page said that it is on this device), `ok` (a page or the server said that it is stored)
and `fail` (refused); a word with none of the last three is unknown.
"""

import json
import re
from collections import Counter, defaultdict
from itertools import pairwise

from casestudies.merging import sha256_of_text
from casestudies.models import FieldNote, NoteConflict

WORD = re.compile(r"w\d+x")
# Acts in which a person chose one text over another.
DECIDED = ("resolved", "restored", "amended")


class History:
    def __init__(self, path):
        self.path, self.serial = path, 0
        path.write_text("")

    def word(self, note, person):
        """A new word that this person types into this note."""
        self.serial += 1
        word = f"w{self.serial}x"
        self.add("invoke", word, note=note, person=person)
        return word

    def add(self, what, word, **more):
        with self.path.open("a") as file:
            file.write(json.dumps({"what": what, "word": word, **more}) + "\n")

    def reported(self, what, text, where):
        """A page said this (`device`, `ok`) of a text."""
        for word in dict.fromkeys(WORD.findall(text)):
            self.add(what, word, where=where)

    def counts(self):
        """How many words were typed, how many of them were reported as what, and of how many nothing was reported."""
        said, _typed = self.read()
        counts = Counter(what for all_said in said.values() for what in all_said)
        return counts + Counter(unproved=sum(not all_said & {"device", "ok", "fail"} for all_said in said.values()))

    def read(self):
        """{word: {what, ...}} and {word: (note, person)}."""
        said, typed = defaultdict(set), {}
        for line in self.path.read_text().splitlines():
            entry = json.loads(line)
            said[entry["word"]].add(entry["what"])
            if entry["what"] == "invoke":
                typed[entry["word"]] = (entry["note"], entry["person"])
        return said, typed


def losses(history, notes, *, moved=()):
    """Sentences about everything that is not as it must be; `notes` are the UUIDs of the journey's notes."""
    said, typed = history.read()
    found = []
    rows = {str(note.pk): note for note in FieldNote.objects.filter(pk__in=notes)}
    texts = {uuid: _texts(note) for uuid, note in rows.items()}
    for word, what in said.items():
        uuid, person = typed[word]
        places = [(where, author) for where, author, text in texts.get(uuid, ()) if word in WORD.findall(text)]
        if what & {"device", "ok"} and not places:
            found.append(f"LOST: {word} of {person}, reported {sorted(what)}, is nowhere in note {uuid}")
        if places and places[0][1] != person:
            found.append(f"ANOTHER'S NAME: {word} typed by {person} came as {places[0][1]}'s in {places[0][0]}")
        if places and any(word in _all_words(texts[other]) for other in texts if other != uuid):
            found.append(f"ANOTHER NOTE: {word} is also in a note in which it was not typed")
    for uuid, kept in texts.items():
        found += [
            f"DOUBLED: {word} stands {times} times in {where} of note {uuid}"
            for where, _author, text in kept
            for word, times in Counter(WORD.findall(text)).items()
            if times > 1
        ]
        found += _versions(rows[uuid])
    return found


def _texts(note):
    """(where, author, text and title) of all that is kept of a note, oldest first."""
    versions = note.versions.select_related("author").order_by("number")
    kept = [(v.stored_at, f"version {v.number}", v.author.username, f"{v.title} {v.text}") for v in versions]
    for conflict in NoteConflict.objects.filter(note=note).select_related("author"):
        kept += [
            (conflict.stored_at, f"conflict {conflict.pk}", conflict.author.username, f"{mine['title']} {mine['text']}")
            for mine in _contents(conflict)
        ]
    return [entry[1:] for entry in sorted(kept)]


def _contents(conflict):
    """The texts of a conflict: those that were typed on, and the newest."""
    earlier = getattr(conflict, "earlier_texts", None)
    return [*(one.mine for one in earlier.all()), conflict.mine] if earlier is not None else [conflict.mine]


def _all_words(kept):
    return {word for _where, _author, text in kept for word in WORD.findall(text)}


def _versions(note):
    """Numbers without a gap, hashes of their texts, no edit twice, no words gone unless a person decided so."""
    versions = list(note.versions.order_by("number"))
    if [v.number for v in versions] != list(range(1, note.version + 1)):
        yield f"SKIPPED: note {note.pk} has versions {[v.number for v in versions]}"
    for version in versions:
        if version.sha256 != sha256_of_text(version.text):
            yield f"HASH: version {version.number} of note {note.pk}"
    sent = Counter(v.sent_sha256 for v in versions if v.sent_sha256)
    yield from (f"TWICE: an edit of note {note.pk} made {times} versions" for times in sent.values() if times > 1)
    for before, after in pairwise(versions):
        for field in ("title", "text"):
            gone = set(WORD.findall(getattr(before, field))) - set(WORD.findall(getattr(after, field)))
            if gone and after.act not in DECIDED:
                yield f"OVERWRITTEN: {sorted(gone)} of version {before.number} in {after.number} of note {note.pk}"
