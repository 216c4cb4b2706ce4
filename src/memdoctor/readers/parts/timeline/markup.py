"""A line without what stands around its words: quotation marks, bullets, prompts, bold type, odd spaces."""

import re

# No-break, thin, figure and other spaces are spaces; marks of no width and of Markdown are nothing.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u202f\u2007\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))), " "),
        **dict.fromkeys("\u200b\u200e\u200f\u2060\ufeff*`", ""),
    }
)
_ITALIC = re.compile(r"(?<!\w)_{1,2}(?=\w)|(?<=[\w.%)])_{1,2}(?!\w)")
_MARK = re.compile(
    r"\s{0,40}(?:>{1,9}|(?:[-–—•·◦▪‣●○→➔+]|->|=>)\s|\[[ xX]\]\s|#{1,6}\s"
    r"|[0-9]{1,3}[.)]\s|\([0-9]{1,3}\)\s|\[[0-9]{1,3}\]\s"
    r"|(?:PS )?[A-Z]:\\[^\s>]{0,80}>\s?"
    r"|[^\w\s+~≈@|│┃(\[{\"'<$%#>.,:;/-]{1,3}\s"  # other bullets, and pictures
    r"|\[?[\w.-]{1,40}@[\w.-]{1,60}[^\n$%#>❯➜]{0,60}[$%#>❯➜]\s?"
    r"|[$%❯➜»]{1,3}\s|echo\s[\"']?)"
)
_MOST_MARKS = 6
EDGES = " \t|│>*`•·:;,–—-_\"'"


def plain(line: str) -> str:
    """Return a line with plain spaces, and without bold and italic type.

    >>> plain("**+7 min** _17_")
    '+7 min 17'
    """
    text = line.translate(_PLAIN)
    return _ITALIC.sub("", text) if "_" in text else text


def unmarked(line: str) -> str:
    """Return a plain line without the marks before its first word.

    >>> unmarked("> - [x] +7 min"), unmarked("me@host:~$ restart"), unmarked("2. startup")
    ('+7 min', 'restart', 'startup')
    """
    position = 0
    for _ in range(_MOST_MARKS):
        mark = _MARK.match(line, position)
        if mark is None:
            break
        position = mark.end()
    return line[position:].strip()
