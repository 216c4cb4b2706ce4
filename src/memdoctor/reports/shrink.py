"""Names that have to fit: a place loses its first folders, any other text its end."""

from rich.cells import cell_len, set_cell_size

LEAST_PLACE = 12  # columns that a place has at least


def shrunk(name: str, room: int) -> str:
    """Shorten a place from its front, folder by folder: its end tells places apart."""
    room = max(room, LEAST_PLACE)
    if cell_len(name) <= room:
        return name
    file, sign, pointer = name.partition("#")
    folders = file.replace("\\", "/").split("/")
    for kept in range(len(folders) - 1, 0, -1):
        shorter = "…/" + "/".join(folders[-kept:]) + sign + pointer
        if cell_len(shorter) <= room:
            return shorter
    while cell_len(name) > room - 1:
        name = name[1:]
    return f"…{name}"


def shortened(text: str, room: int) -> str:
    """Return a text that takes at most `room` columns, its end cut off."""
    return text if cell_len(text) <= room else set_cell_size(text, max(room - 1, 1)).rstrip() + "…"


def squeezed(text: str, room: int) -> str:
    """Return a text that takes at most `room` columns, its middle left out."""
    if cell_len(text) <= room:
        return text
    end = max(room * 3 // 5, 1)
    tail = text
    while cell_len(tail) > end:
        tail = tail[1:]
    return shortened(text, max(room - cell_len(tail), 1)) + tail


def wrapped_at_arrows(text: str, room: int) -> str:
    """Return a way as lines of at most `room` columns, each but the first begun by an arrow."""
    lines = [""]
    for index, part in enumerate(text.split(" → ")):
        word = squeezed(part, room - 2) if index else squeezed(part, room)
        if index and cell_len(lines[-1]) + 3 + cell_len(word) <= room:
            lines[-1] += f" → {word}"
        elif index:
            lines.append(f"→ {word}")
        else:
            lines[0] = word
    return "\n".join(lines)
