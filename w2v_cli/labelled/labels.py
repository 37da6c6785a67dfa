"""The labels of documents, as numbers: a vocabulary of their own."""

import re
from array import array

import numpy as np

from ..errors import InputError, field
from ..wording.amounts import counted

END_OF_LABEL = b"\0"
OTHER_BLANKS = re.compile(r"[\u0085\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000]")
MOST_LINES = 1 << 16
"""Different combinations of labels that are kept to be found at once."""


class LabelLines:
    """Reads the labels of documents, one line each, as `Separator` hands them over."""

    def __init__(self):
        self._rest = b""
        self._number_of = {}
        self._lines = {}
        self._labels = array("i")
        self._ends = array("q", [0])

    def add(self, block):
        """Take the next bytes (bytes), which may end anywhere."""
        *lines, self._rest = (self._rest + block).split(b"\n")
        known, labels, ends = self._lines, self._labels, self._ends
        for line in lines:
            numbers = known.get(line)
            if numbers is None:
                numbers = self._numbers(line)
            labels.extend(numbers)
            ends.append(len(labels))

    def _numbers(self, line):
        names = line.split(END_OF_LABEL)[:-1]
        numbers = [self._number_of.setdefault(name, len(self._number_of)) for name in names]
        # A label that is there twice is one label.
        found = array("i", dict.fromkeys(numbers))
        if len(self._lines) < MOST_LINES:
            self._lines[line] = found
        return found

    def __len__(self):
        """How many documents there are so far."""
        return len(self._ends) - 1

    def of(self, first, last):
        """The labels of some documents.

        Returns
        -------
        labels : ndarray of int32               places in ``names``
        starts : ndarray of int64, (n + 1,)     where those of each document start
        names : list of str                     of all labels so far, in order of first appearance
        """
        ends = np.array(self._ends[first : last + 1], dtype=np.int64)
        labels = np.array(self._labels[ends[0] : ends[-1]], dtype=np.int32)
        names = [name.decode(errors="replace") for name in self._number_of]
        return labels, ends - ends[0], names

    def select(self, min_count, keep=()):
        """The labels that are frequent enough, and those of all documents.

        Parameters
        ----------
        min_count : int
        keep : collection of str   labels to take whatever their count

        Returns
        -------
        names : list of str                      the most frequent first
        counts : ndarray of int64, (n_labels,)
        labels : ndarray of int32                of one document after the other
        starts : ndarray of int64, (n_documents + 1,)
        """
        names = [name.decode(errors="replace") for name in self._number_of]
        found = np.frombuffer(self._labels, dtype=np.int32) if self._labels else _none()
        ends = np.frombuffer(self._ends, dtype=np.int64)
        counts = np.bincount(found, minlength=len(names)).astype(np.int64)
        order = np.argsort(-counts, kind="stable")
        kept = np.isin(names, list(keep)) if keep else np.zeros(len(names), dtype=bool)
        order = order[(counts[order] >= min_count) | kept[order]]
        number = np.full(len(names) + 1, -1, dtype=np.int32)
        number[order] = np.arange(len(order), dtype=np.int32)
        labels = number[found]
        kept_before = np.concatenate([[0], np.cumsum(labels >= 0)])
        return (
            [names[each] for each in order.tolist()],
            counts[order],
            labels[labels >= 0],
            kept_before[ends].astype(np.int64),
        )

    def counts(self):
        """How often each label was seen: dict of str to int."""
        found = np.frombuffer(self._labels, dtype=np.int32) if self._labels else _none()
        counts = np.bincount(found, minlength=len(self._number_of)).tolist()
        names = (name.decode(errors="replace") for name in self._number_of)
        return dict(zip(names, counts, strict=True))


def _none():
    return np.zeros(0, dtype=np.int32)


def check_labels(seen, config, name, first_line, in_text=True, known=()):
    """Raise InputError if there is nothing that a classifier could learn.

    Parameters
    ----------
    seen : dict of str to int   all labels with their counts
    config : ClassifyConfig
    name : str                  of the text, for messages
    first_line : str            of the text
    in_text : bool              labels stand in text, and have a prefix; else by themselves
    known : collection of str   labels that the classifier has already
    """
    if not seen and not in_text:
        raise InputError(
            f"{name}: no document has a label: all that should be labels are empty; give others, "
            f"or name another column with {field('label')}"
        )
    if not seen:
        raise InputError(
            f"{name}: no line has a label: no token begins with {config.label_prefix}; the first "
            f"line is {first_line!r:.80}; give {field('label_prefix')}, or {field('text')} and "
            f"{field('label')} for columns of a table"
        )
    if config.label_prefix in seen and in_text:
        raise InputError(
            f"{name}: {counted(seen[config.label_prefix], 'label')} without a name: "
            f"{config.label_prefix} stands alone; write the name right behind it"
        )
    highest = max(seen.values())
    known = set(known)
    kept = {each for each, n in seen.items() if n >= config.min_label_count or each in known}
    if not kept:
        raise InputError(
            f"{name}: no label occurs at least {counted(config.min_label_count, 'time')}, the "
            f"highest count is {highest}: give a lower {field('min_label_count')}"
        )
    if len(kept | known) == 1 and config.loss == "ns":
        raise InputError(
            f"{name}: there is only one label, and {field('loss', 'ns')} needs another one to tell "
            f"it from; give {field('loss', 'softmax')}, or documents with other labels"
        )


def label_remarks(seen):
    """What the user should know of labels (dict of str to int): list of str."""
    return [note for note in (single_note(seen), odd_blanks_note(seen), twins_note(seen)) if note]


def single_note(seen):
    """Says so if there is one label only."""
    if len(seen) != 1:
        return None
    [label] = seen
    return f"there is only one label, {label}: every document will get it"


def odd_blanks_note(seen):
    """Names a label with a blank in it that does not end it."""
    odd = [label for label in seen if OTHER_BLANKS.search(label)]
    if not odd:
        return None
    return (
        "a blank that is not ASCII, such as a no-break space, is part of "
        f"{counted(len(odd), 'label')}, the first is {odd[0]!r:.60}: replace it by "
        "a space if a word begins there"
    )


def twins_note(seen):
    """Names labels that differ by a comma at their end."""
    odd = [label for label in seen if label[-1:] in ",;" and label[:-1] in seen]
    if not odd:
        return None
    return (
        f"{odd[0]} and {odd[0][:-1]} are different labels, and {len(odd):,} have such a twin: only "
        "white space ends a label"
    )
