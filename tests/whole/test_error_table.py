"""docs/errors.md has a row for every error and warning in the code, and no row without one."""

import ast
import re
from functools import cache

import pytest
from conftest import ROOT
from support.sources import SOURCES, tree

from w2v_cli.terminal.spelling import spelled_option

TABLE = ROOT / "docs" / "errors.md"
ROW = re.compile(r"\| `(.+?)` \| (.+?) \| (.+?) \|")
TELLERS = {"warn", "_warn", "refuse", "fail", "_report", "TemporaryError", "Unended"}
"""Functions that are told a message. Exceptions are found by their names."""
MEANINGFUL = len("...: cannot be read")
"""A row that short would fit whatever else is said."""
PARTS = {
    "DamageError",
    "DamagedPickleError",
    "EndedError",
    "ValueError",
    "KeyError",
    "OSError",
    "MemoryError",
}
"""Exceptions that never reach a user: their text stands within the message of another one."""
RETURNED = {
    "undecodable_note", "repeated_note", "unended_note", "require_memory", "unknown_variables",
    "_hint", "no_such_command", "_other_archive", "missing_file", "pruning_note", "note",
    "resume_hint", "warnings", "order_note", "not_utf8", "undecodable", "mojibake", "nul_bytes",
    "wrong_name", "_saved", "seven_bits", "written_letters", "lost_letters", "other_blanks",
    "alone", "unspaced", "punctuation", "markup", "sentence_end_note", "texts_as_tokens",
    "skipping_note", "why_not_kept", "no_loss", "summary_notes", "parameters_note", "empty_note",
    "_doubt", "_guess", "_moved", "absent_note", "one_point_note", "unrelated_note", "joined_note",
    "gaps_note", "doubled_note", "no_phrases_note", "made_note", "doubt_note", "mirrored_note",
    "nothing_learnt", "dropped_note", "unweighted_note",
    "single_note", "odd_blanks_note", "twins_note", "join_note", "ngrams_note",
    "_damage_note", "_why_none", "silence_note",
    "_shared_memory_note", "unknown_note", "unlabelled_note", "missed_note",
}  # fmt: skip
"""Functions that return or yield messages for others to print."""


KEPT = {"message", "told", "note", "trial.note"}
"""Variables that hold messages for a moment."""


def pattern_of(node):
    """The text of a string in the code; three dots stand for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(map(pattern_of, node.values))
    if isinstance(node, ast.FormattedValue):
        return pattern_of(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return pattern_of(node.left) + pattern_of(node.right)
    if is_field(node):
        return option_of(node)
    if isinstance(node, ast.Name):
        return ADVICE.get(node.id, "...")
    return "..."


def is_field(node):
    """Whether a part of a message names a field."""
    return isinstance(node, ast.Call) and name_of(node) == "field"


def option_of(call):
    """A field as the command line spells it, with its value if that is always the same."""
    name, *value = [part.value if isinstance(part, ast.Constant) else "..." for part in call.args]
    return "..." if name == "..." else spelled_option(name, *value or [None])


def name_of(call):
    """The name of a function that is called."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def tells(call, within):
    """Whether a call gets a message for the user; ``within`` is the class it stands in."""
    name = name_of(call)
    if name == "append":
        return "notes" in ast.unparse(call.func)
    if name == "__init__":
        return within.endswith(("Error", "Stopped"))
    is_error = name.endswith(("Error", "Stopped", "BadParameter")) and name not in PARTS
    return is_error or name in TELLERS


ADVICE = {}
"""What `advice` finds, once `messages` has asked for it."""


def advice():
    """Constants of all modules that name a field: what several messages have in common."""
    found = {}
    for path in SOURCES:
        for node in tree(path).body:
            if isinstance(node, ast.Assign) and any(map(is_field, ast.walk(node.value))):
                name, text = ast.unparse(node.targets[0]), pattern_of(node.value)
                assert found.setdefault(name, text) == text, f"{name} is two things"
    return found


def texts(tree, within=""):
    """The syntax trees of all messages below a node."""
    for node in ast.iter_child_nodes(tree):
        name = node.name if isinstance(node, ast.ClassDef) else within
        raised = node.exc if isinstance(node, ast.Raise) else None
        if isinstance(raised, ast.Call) and raised.args and name_of(raised) not in PARTS:
            yield raised.args[0]
        if isinstance(node, ast.Call) and node.args and tells(node, within):
            yield node.args[0]
        if isinstance(node, ast.AugAssign) and ast.unparse(node.target).endswith(".message"):
            yield node.value
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in KEPT:
            yield node.value
        if isinstance(node, ast.FunctionDef) and node.name in RETURNED:
            for inner in ast.walk(node):
                if isinstance(inner, (ast.Return, ast.Yield)) and inner.value is not None:
                    yield inner.value
        yield from texts(node, name)


@cache
def messages():
    """Patterns of all messages in the code -> where they are."""
    ADVICE.update(advice())
    found = {}
    for path in SOURCES:
        for node in texts(tree(path)):
            pattern = re.sub(r"(\.\.\.)+", "...", " ".join(pattern_of(node).split()))
            if re.search(r"[a-z]{3}", pattern):  # else it only passes on what others said
                found.setdefault(pattern, f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def rows():
    """Patterns in the table -> (what they mean, what to do)."""
    found = {}
    for line in TABLE.read_text().splitlines():
        if match := ROW.fullmatch(line):
            assert match[1] not in found, f"{match[1]!r} is there twice"
            found[match[1]] = (match[2], match[3])
    return found


def test_every_message_has_a_row():
    table = rows()
    missing = [f"{place}: {text}" for text, place in messages().items() if text not in table]
    assert not missing, "docs/errors.md lacks:\n" + "\n".join(missing)


def test_every_row_is_of_a_message():
    found = messages()
    assert [text for text in rows() if text not in found] == []


def test_messages_are_found():
    """The search itself, on code with all kinds of messages."""
    code = (
        "class OddError(InputError):\n"
        "    def __init__(self): super().__init__(f'odd {self} thing')\n"
        "def f(notes):\n"
        "    raise InputError(f'{a}: is ' f'bad; ' + 'mend it') from e\n"
        "    warn('careful'); notes.append(f'{n} noted'); x.append('nothing')\n"
        "    raise ValueError('inner')\n"
        "    told = f'told {a}'\n"
        '    note = f\'{field("min_count")} {field("loss", "ns")} {field("dim", a)}\'\n'
        "    note = 'not ' + field('provenance', False) + field(name)\n"
    )
    found = {pattern_of(node) for node in texts(ast.parse(code))}
    assert found == {"odd ... thing", "...: is bad; mend it", "careful", "... noted", "told ...",
                     "--min-count --loss ns --dim ...", "not --no-provenance..."}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Files with all kinds of faults."""
    folder = tmp_path_factory.mktemp("errors")
    files = {
        "c.txt": b"a b c d e\n" * 20,
        "empty.txt": b"",
        "v.txt": b"3 2\na 1 2\nb 3 4\nc 5 6\n",
        "counts.txt": b"a 3\nb 0\n",
        "words.txt": b"a b\n",
        "other.txt": b"z 9\n",
        "bad.toml": b"epochs = ",
        "list.toml": b"epochs = [1]",
        "table.toml": b"[trian]\ndim = 5\n",
        "key.toml": b"epoch = 5\n",
        "twice.toml": b"min-count = 1\nmin_count = 2\n",
        "half.gz": b"\x1f\x8b\x08\0\0\0\0\0",
        "pickle.bin": b"\x80\x04\x95" + b"x" * 50,
        "nan.txt": b"2 2\na nan 1\nb 1 2\n",
        "few.txt": b"3 2\na 1 2\nb 3\nc 5 6\n",
        "gloveless.txt": b"0.1 0.2 0.3\n0.4 0.5 0.6\n" * 9,
        "zip.w2vc": b"PK\x05\x06" + b"\0" * 18,
        "pairs.txt": b"a b much\n",
        "q.txt": b": s\na b c\n",
        "zero.txt": b"0 5\n",
        "latin.txt": b"caf\xe9 3\n",
        "prose.txt": b"once upon a time\n" * 9,
        "cat.txt": b"cat\n",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "nothing").mkdir()
    return folder


@pytest.mark.parametrize(
    "args",
    """
    train c.txt -o v.xyz
    train c.txt -o v.txt --dim 0
    train c.txt -o v.txt --lr nan
    train c.txt -o nothing
    train c.txt -o no/v.txt
    train c.txt -o c.txt
    train c.txt -o v.bin --stats v.bin
    train no.txt -o v.bin
    train nothing -o v.bin
    train empty.txt -o v.bin
    train half.gz -o v.bin
    train zip.w2vc -o v.bin
    train zip.w2vc c.txt -o v.bin
    train c.txt -o v.bin --min-count 1000
    train c.txt -o v.bin --vocab counts.txt
    train c.txt -o v.bin --vocab other.txt
    train c.txt -o v.bin --vocab latin.txt
    train c.txt -o v.bin --freeze
    train c.txt -o v.bin -m glove --negative 3
    train c.txt -o v.bin -m glove --anchor 1
    train c.txt -o v.bin -m glove --freeze --init v.txt
    train c.txt -o v.bin --x-max 3
    train c.txt -o v.bin --keep-context
    train c.txt -o v.w2v --keep-context --loss hs
    train c.txt -o v.bin --resume nothing
    train c.txt -o v.bin --checkpoint nothing --resume no
    train c.txt -o v.bin --checkpoint-every often
    train c.txt -o v.bin --max-memory lots
    train c.txt -o v.bin --max-memory 1M
    train c.txt -o v.bin --init v.txt --dim 5
    train c.txt -o v.bin --config bad.toml
    train c.txt -o v.bin --config list.toml
    train c.txt -o v.bin --config table.toml
    train c.txt -o v.bin --config key.toml
    train c.txt -o v.bin --config twice.toml
    train c.txt -o v.bin --preset quality --like v.txt
    train c.txt -o v.bin --time-budget soon
    train c.txt -o v.bin --log-json c.txt
    train c.txt -o v.bin --log-json words.txt
    train - - -o v.bin
    train --like v.txt -o v.bin
    train --like - -o v.bin
    vocab c.txt --keep words.txt
    vocab c.txt --keep cat.txt --stop cat.txt
    vocab c.txt -q -v
    encode c.txt -o c.bin
    neighbors gloveless.txt a
    neighbors pickle.bin a
    neighbors nan.txt a
    neighbors few.txt a
    neighbors zero.txt a
    neighbors empty.txt a
    neighbors prose.txt a
    neighbors v.txt a --tsv --json
    neighbors v.txt a --similarity
    neighbors v.txt a --min-count 5
    neighbors -
    neighbors v.txt --vocab other.txt a
    evaluate-similarity v.txt pairs.txt
    evaluate-similarity v.txt c.txt
    evaluate-similarity v.txt words.txt
    evaluate-sessions v.txt empty.txt
    evaluate-sessions v.txt v.txt --topn 0
    evaluate-analogies v.txt q.txt
    evaluate-analogies v.txt c.txt
    evaluate-analogies v.txt q.txt --min-accuracy nan
    index v.txt -o -
    plot v.txt a
    plot v.txt a -o a.xyz
    plot v.txt a -o a.png --size big
    plot v.txt zzz -o a.png
    explore v.txt -o v.txt
    convert v.txt v.xyz
    convert v.txt v.bin --format docx
    convert v.txt v.bin --float16
    convert v.txt - --format npy
    refine v.txt v.w2v --dim 99
    refine v.txt v.w2v --remove-top 99
    refine v.txt v.w2v --balance 1
    refine v.txt v.npy --int8
    quantize v.txt v.w2v
    quantize v.txt - --json
    quantize v.txt v.ftz --keep 0
    convert v.txt v.ftz
    compat-word2vec -train c.txt
    compat-word2vec -train c.txt -output v.bin more
    compat-word2vec -train c.txt -output v.bin -negative 0
    compat-word2vec -train c.txt -output v.txt -min-count 1 -classes 9 -size 2 -debug 0
    compat-word2phrase -train c.txt -output o.txt -threshold -1
    compat-word2phrase -train c.txt -output o.txt -min-count 0
    compat-word2phrase -train empty.txt -output o.txt
    tune c.txt
    tune c.txt --questions q.txt --grid dimm=5
    tune c.txt --questions q.txt --grid dim=5,x
    tune c.txt --pairs pairs.txt --sample-words 1000 --time-budget 9s
    tune c.txt --pairs pairs.txt --topn 5
    tune c.txt --next-item --sessions q.txt
    tune c.txt --sessions c.txt
    tune c.txt --next-item --save-all
    fetch text9
    fetch text8 --member a
    fetch --url c.txt
    fetch --url file:c.tx --cache cache -o t.txt
    fetch --url file:empty.txt --cache cache -o t.txt -q
    fetch --url file:zip.w2vc --cache cache -o t.txt -q
    fetch --url file:c.txt --cache cache -o t.txt -q --member a
    fetch dewiki --url file:c.txt --cache cache -o t.txt -q
    fetch enwik8 --url file:c.txt --cache cache -o t.txt -q
    fetch text8 --url http://127.0.0.1:9/text8.zip --cache cache -o t.txt -q --retries 0
    man trian
    info no.bin
    """.strip().splitlines(),
    ids=str.strip,
)  # fmt: skip
def test_errors_that_are_provoked_have_a_row(w2v, folder, args):
    """The message as a user sees it is one that the table has."""
    result = w2v(*args.split(), cwd=folder)
    assert result.returncode in (1, 2)
    assert result.text == ""
    last = result.errors.splitlines()[-1]
    kind, error, message = last.split(": ", 2)
    assert (kind, error) == ("w2v", "error"), result.errors
    assert "Traceback" not in result.errors
    for text in rows():
        pattern = ".*".join(map(re.escape, text.split("...")))
        if len(text) > MEANINGFUL and re.search(pattern, message):
            return
    raise AssertionError(f"no row for {message!r}")
