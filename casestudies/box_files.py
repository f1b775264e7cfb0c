"""Removes from photos and recordings of telephones what the device wrote beside picture and sound. Pure: no Django.

HEIC, AVIF, MP4, M4A, MOV and 3GP are files of boxes (ISO/IEC 14496-12; items of HEIF: ISO/IEC 23008-12). Places, names,
serial numbers and times are in boxes, items and tracks of their own. They are overwritten where they are: everything
else keeps its place, so that nothing is encoded again and a file of any size needs no memory. What is not known to be
needed for picture or sound is overwritten; so are bytes that no picture and no track refers to.
"""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from casestudies.photo_details import UnreadablePhoto

BOX_FILES = ("image/heic", "image/avif", "audio/mp4", "video/mp4", "video/quicktime", "audio/3gpp", "video/3gpp")
Bytes = bytearray | mmap.mmap
Range = tuple[int, int]

_INSIDE_FILE = frozenset([b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"meta", b"mfra", b"sidx", b"pdin"])
_CONTAINERS = frozenset([b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"mvex", b"moof", b"traf", b"mfra"])
_NEEDED = frozenset(
    [b"mvhd", b"iods", b"mehd", b"trex", b"tkhd", b"tref", b"tapt", b"elst", b"mdhd", b"hdlr", b"elng", b"vmhd",
     b"smhd", b"nmhd", b"gmhd", b"dinf", b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stsc", b"stsz", b"stz2",
     b"stco", b"co64", b"sdtp", b"sbgp", b"sgpd", b"subs", b"saio", b"saiz", b"mfhd", b"tfhd", b"tfdt", b"trun",
     b"tfra", b"mfro"]
)  # fmt: skip
_TIMES = frozenset([b"mvhd", b"tkhd", b"mdhd"])
_SHOWN_TRACKS = frozenset([b"vide", b"soun", b"pict", b"auxv"])
_IN_META = frozenset([b"hdlr", b"dinf", b"pitm", b"iinf", b"iref", b"iprp", b"iloc", b"idat", b"grpl"])
_PICTURES = frozenset(
    [b"hvc1", b"hev1", b"lhv1", b"av01", b"avc1", b"vvc1", b"jpeg", b"j2k1", b"unci", b"mski", b"grid", b"iovl",
     b"iden", b"tmap"]
)  # fmt: skip
# Four bytes of offset, then the header of a TIFF file whose only directory is empty.
_EMPTY_EXIF = b"\0\0\0\0MM\0\x2a\0\0\0\x08\0\0\0\0\0\0"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    content: int
    end: int


def blank_details(file: Bytes) -> bool:
    """Overwrite them. Returns whether there were any. Raises UnreadablePhoto where the boxes cannot be told apart."""
    try:
        changed = _Blanking(file).done()
        # Of a broken file, what was overwritten may be what the rest was found by.
        is_changed_again = changed and _Blanking(file).done()
    except (struct.error, LookupError, ValueError) as error:
        raise UnreadablePhoto from error
    if is_changed_again:
        raise UnreadablePhoto
    return changed


class _Blanking:
    """One file, while its details are overwritten."""

    def __init__(self, file: Bytes) -> None:
        self.file = file
        self.changed = False
        self.needed: list[Range] = []  # of the data: what a picture or a track refers to
        self.is_in_fragments = False
        self.has_index = False

    def done(self) -> bool:
        boxes = list(_boxes(self.file, 0, len(self.file)))
        if not boxes or boxes[0].kind not in (b"ftyp", b"styp"):
            raise UnreadablePhoto
        self.is_in_fragments = any(box.kind == b"moof" for box in boxes)
        for box in boxes:
            self._top(box)
        if self.has_index and not self.is_in_fragments:
            for box in boxes:
                if box.kind == b"mdat":
                    self._blank_between(box)
        return self.changed

    def _top(self, box: _Box) -> None:
        if box.kind not in _INSIDE_FILE:
            self._free(box)
        elif box.kind == b"meta":
            self._items(box)
        elif box.kind in _CONTAINERS:
            self._inside(box)

    def _overwrite(self, start: int, end: int, by: bytes = b"") -> None:
        """With `by` and then zeros."""
        for at in range(start, end, _BLOCK):
            to = min(at + _BLOCK, end)
            new = by[at - start : to - start].ljust(to - at, b"\0")
            if self.file[at:to] != new:
                self.file[at:to] = new
                self.changed = True

    def _free(self, box: _Box) -> None:
        """The box stays as empty space."""
        self._overwrite(box.start + 4, box.start + 8, b"free")
        self._overwrite(box.content, box.end)

    def _inside(self, parent: _Box) -> None:
        for box in _boxes(self.file, parent.content, parent.end):
            if box.kind == b"trak" and not self._is_shown(box):
                if self.is_in_fragments:
                    raise UnreadablePhoto  # its samples are between those of the others
                self._free(box)
            elif box.kind in _CONTAINERS:
                self._inside(box)
            elif box.kind not in _NEEDED:
                self._free(box)
            elif box.kind in _TIMES:
                is_long = self.file[box.content] == 1
                self._overwrite(box.content + 4, box.content + (20 if is_long else 12))
        if parent.kind == b"stbl" and not self.is_in_fragments:
            self.needed += self._samples(parent)
            self.has_index = True

    def _is_shown(self, track: _Box) -> bool:
        handler = _found(self.file, track, b"mdia", b"hdlr")
        return bytes(self.file[handler.content + 8 : handler.content + 12]) in _SHOWN_TRACKS

    def _samples(self, table: _Box) -> Iterator[Range]:
        """Where the samples of a track are, one range for each chunk."""
        boxes = {box.kind: box for box in _boxes(self.file, table.content, table.end)}
        wide = b"co64" in boxes
        chunks = _numbers(self.file, boxes[b"co64" if wide else b"stco"], "Q" if wide else "I")
        runs = _numbers(self.file, boxes[b"stsc"], "III")
        sizes = _Sizes(self.file, boxes)
        # Each run of chunks goes to where the next one begins.
        ends = [*(run[0] for run in runs[1:]), len(chunks) + 1]
        at = 0
        for (first, number, _description), end in zip(runs, ends, strict=True):
            for [offset] in chunks[first - 1 : end - 1]:
                yield offset, offset + sizes.of(at, number)
                at += number

    def _items(self, meta: _Box) -> None:
        """The items of a HEIF file: pictures stay, all else goes."""
        inside = _Box(meta.kind, meta.start, meta.content + 4, meta.end)
        boxes = {}
        for box in _boxes(self.file, inside.content, inside.end):
            if box.kind in _IN_META:
                boxes[box.kind] = box
            else:
                self._free(box)
        kinds = _kinds_of_items(self.file, boxes[b"iinf"])
        data = boxes[b"idat"].content if b"idat" in boxes else 0
        for number, ranges in _places_of_items(self.file, boxes[b"iloc"], data):
            kind = kinds.get(number, b"")
            if kind in _PICTURES:
                self.needed += ranges
                continue
            for position, (start, end) in enumerate(ranges):
                is_exif = kind == b"Exif" and position == 0 and end - start >= len(_EMPTY_EXIF)
                self._overwrite(start, end, _EMPTY_EXIF if is_exif else b"")
                self.needed += [(start, end)] if is_exif else []
        self.has_index = True

    def _blank_between(self, data: _Box) -> None:
        """What no range in `needed` covers."""
        inside = sorted((max(start, data.content), min(end, data.end)) for start, end in self.needed)
        ranges = [(data.content, data.content), *(one for one in inside if one[0] < one[1]), (data.end, data.end)]
        reached = data.content
        for (_start, end), (start, _end) in pairwise(ranges):
            reached = max(reached, end)
            if start > reached:
                self._overwrite(reached, start)


class _Sizes:
    """Sizes of the samples of a track, in bytes."""

    def __init__(self, file: Bytes, boxes: dict[bytes, _Box]) -> None:
        if b"stsz" not in boxes:
            raise UnreadablePhoto  # the compact form, which no telephone writes
        box = boxes[b"stsz"]
        [self.each] = struct.unpack_from(">I", file, box.content + 4)
        self.sums = [0]
        if not self.each:
            for [size] in _numbers(file, _Box(box.kind, box.start, box.content + 4, box.end), "I"):
                self.sums.append(self.sums[-1] + size)

    def of(self, first: int, number: int) -> int:
        """The bytes of so many samples from `first`, counted from 0."""
        return self.each * number if self.each else self.sums[first + number] - self.sums[first]


def _boxes(file: Bytes, at: int, end: int) -> Iterator[_Box]:
    while at < end:
        # QuickTime ends some lists with four zeros.
        if end - at == 4 and not any(file[at:end]):
            return
        size, kind = struct.unpack_from(">I4s", file, at)
        content = at + 8
        if size == 1:
            [size] = struct.unpack_from(">Q", file, content)
            content += 8
        after = at + size if size else end
        if after > end or after < content:
            raise UnreadablePhoto
        yield _Box(kind, at, content, after)
        at = after


def _found(file: Bytes, box: _Box, *kinds: bytes) -> _Box:
    """The first box of each kind inside the one before."""
    for kind in kinds:
        inside = next((one for one in _boxes(file, box.content, box.end) if one.kind == kind), None)
        if inside is None:
            raise UnreadablePhoto
        box = inside
    return box


def _numbers(file: Bytes, box: _Box, form: str) -> list[tuple[int, ...]]:
    """The rows of a table, which come after its version and their number."""
    [count] = struct.unpack_from(">I", file, box.content + 4)
    start, width = box.content + 8, struct.calcsize(f">{form}")
    if start + count * width > box.end:
        raise UnreadablePhoto
    return list(struct.iter_unpack(f">{form}", file[start : start + count * width]))


def _kinds_of_items(file: Bytes, box: _Box) -> dict[int, bytes]:
    is_long = file[box.content] > 0
    found = {}
    for entry in _boxes(file, box.content + (8 if is_long else 6), box.end):
        version = file[entry.content]
        if entry.kind != b"infe" or version not in (2, 3):
            raise UnreadablePhoto
        number, _protection, kind = struct.unpack_from(">HH4s" if version == 2 else ">IH4s", file, entry.content + 4)
        found[number] = kind
    return found


def _places_of_items(file: Bytes, box: _Box, data: int) -> Iterator[tuple[int, list[Range]]]:
    """Number and ranges of each item. `data` is where the item data of the meta box begin."""
    reader = _Reader(file, box.content)
    version = reader.number(1)
    reader.number(3)
    sizes, further = reader.number(1), reader.number(1)
    index = further & 15 if version else 0
    for _item in range(reader.number(4 if version == 2 else 2)):
        number = reader.number(4 if version == 2 else 2)
        method = reader.number(2) & 15 if version else 0
        elsewhere, base = reader.number(2), reader.number(further >> 4)
        if method > 1 or elsewhere:
            raise UnreadablePhoto
        base += data if method else 0
        ranges = []
        for _extent in range(reader.number(2)):
            reader.number(index)
            start = base + reader.number(sizes >> 4)
            end = start + reader.number(sizes & 15)
            if not start < end <= len(file):
                raise UnreadablePhoto
            ranges.append((start, end))
        yield number, ranges


class _Reader:
    def __init__(self, file: Bytes, at: int) -> None:
        self.file, self.at = file, at

    def number(self, width: int) -> int:
        """An unsigned number of so many bytes; 0 for none."""
        found = bytes(self.file[self.at : self.at + width])
        if len(found) < width:
            raise UnreadablePhoto
        self.at += width
        return int.from_bytes(found, "big")
