"""What is in a page of the documentation: its fenced blocks, commands, headings and links."""

import re
from dataclasses import dataclass
from itertools import pairwise

FENCE = re.compile(r"^(`{3,})(.*)$")
HIDDEN = "<!-- files"
HEADING = re.compile(r"^#{1,6} +(.*?) *#*$")
LINK = re.compile(r"\[[^\][]*(?:\[[^\]]*\][^\][]*)*\]\(([^()\s]+)\)")
INLINE_CODE = re.compile(r"`+[^`]*`+")
PROMPT = "$ "
GOES_ON = "> "
END = "----- end of a command, code "


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes
    ----------
    kind : str             the first word behind the fence: ``sh``, ``console``, ``text``...;
                           ``files`` for a comment that makes files (`HIDDEN`)
    words : tuple of str   the others
    lines : tuple of str   without the fences
    start : int            the first of the lines, from 0, in the page
    """

    kind: str
    words: tuple
    lines: tuple
    start: int

    @property
    def text(self):
        return "".join(line + "\n" for line in self.lines)


@dataclass(frozen=True)
class Command:
    """A command of a ``console`` block, and the lines shown below it."""

    text: str
    output: tuple


def blocks(page):
    """The blocks of a page in their order: list of Block.

    Raises
    ------
    ValueError   if a block does not end
    """
    lines = page.splitlines()
    found, number = [], 0
    while number < len(lines):
        fence = FENCE.match(lines[number])
        hidden = lines[number] == HIDDEN
        if not fence and not hidden:
            number += 1
            continue
        kind, *words = ["files"] if hidden else fence[2].split() or [""]
        end = "-->" if hidden else fence[1]
        start = number + 1
        if end not in lines[start:]:
            raise ValueError(f"line {start}: the block that begins here does not end")
        number = lines.index(end, start)
        found.append(Block(kind, tuple(words), tuple(lines[start:number]), start))
        number += 1
    return found


def commands(block):
    """The commands of a ``console`` block: list of Command.

    A command is a line after ``$ ``, and more lines after ``> ``; the rest is output.

    Raises
    ------
    ValueError   if it begins with something else
    """
    found = []
    for line in block.lines:
        if line.startswith(PROMPT):
            found.append(([line[len(PROMPT) :]], []))
        elif not found:
            raise ValueError(f"line {block.start + 1}: a console block begins with '$ '")
        elif line.startswith(GOES_ON) and not found[-1][1]:
            found[-1][0].append(line[len(GOES_ON) :])
        else:
            found[-1][1].append(line)
    return [Command("\n".join(text), tuple(output)) for text, output in found]


def libraries(block):
    """The libraries that a block of code needs: tuple of str."""
    return block.words if block.kind in ("python", "sh") else ()


def script(commands):
    """Bash that runs commands and marks the end of each one's output, for `outputs`."""
    # The exit code of a command is there for `echo $?`, so what marks its end restores it.
    mark = f'(code=$?; echo "{END}$code"; exit $code)\n'
    return "".join(f"{command.text}\n{mark}" for command in commands)


def outputs(printed):
    """What each command of a `script` printed, and its exit code: list of (str, int)."""
    found, end = [], -1
    parts = printed.split(END)
    for part, following in pairwise(parts):
        text = part[end + 1 :]
        end = following.index("\n")
        found.append((text, int(following[:end])))
    return found


def prose(page):
    """The lines of a page without its blocks: list of str."""
    lines = page.splitlines()
    for block in blocks(page):
        for number in range(block.start - 1, block.start + len(block.lines) + 1):
            lines[number] = ""
    return lines


def anchors(page):
    """What can stand behind ``#`` in a link to the page: set of str, as GitHub makes them."""
    found = set()
    for line in prose(page):
        heading = HEADING.match(line)
        if heading:
            kept = re.sub(r"[^\w\- ]", "", heading[1].lower())
            found.add(kept.replace(" ", "-"))
    return found


def links(page):
    """The targets of all links outside of code: list of str."""
    text = INLINE_CODE.sub("", "\n".join(prose(page)))
    return LINK.findall(text)


def inline_code(page):
    """What stands between backquotes: list of str."""
    return [code.strip("` ") for code in INLINE_CODE.findall("\n".join(prose(page)))]
