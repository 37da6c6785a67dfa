"""``w2v classify train --like MODEL``: the options of an earlier run, if it is the same again."""

from ...config import TextConfig
from ...errors import ConfigError, field
from ...labelled.config import DEFAULTS
from ..warnings import warn
from .earlier import EarlierRun, earlier_run_option, told_by

OF_TEXT = ("encoding", "tokenize", "lowercase", "digits")
STARTS = ("init", "from_model")
OF_COLUMNS = ("text", "label", "weight")


class RepeatedClassifier(EarlierRun):
    """An earlier training of a classifier, as its record tells of it.

    Parameters
    ----------
    path : str     of the model
    facts : dict   of its record
    """

    REPEATED = ("text", "label")

    def __init__(self, path, facts):
        super().__init__(path, facts, "the model")

    def defaults(self):
        """See `EarlierRun`."""
        options, columns = self._facts["options"], self._facts.get("columns")
        found = {name: options[name] for name in DEFAULTS if options.get(name) is not None}
        for name in OF_TEXT:
            if options.get(name, getattr(TextConfig, name)) != getattr(TextConfig, name):
                found[name] = options[name]
        if isinstance(columns, dict):
            found |= {name: columns[name] for name in OF_COLUMNS if columns.get(name)}
        return self.written(found)

    def check_start(self, asked):
        """Raise ConfigError if the run started from a file, and ``asked`` (dict) names none."""
        for name in STARTS:
            start = self._facts.get(name)
            if isinstance(start, dict) and not any(asked[each] for each in STARTS):
                raise ConfigError(
                    f"{self.path} was trained with {field(name)} {start.get('file')}; name that "
                    "file"
                )

    def check_documents(self, documents):
        """Warn if `LabelledDocuments` that were read are not those of the run."""
        saved = self._facts.get("corpus_digest")
        if saved is None:
            warn(f"{self.path} does not tell the digest of its corpus: it may be another one")
        elif saved != documents.digest():
            n_before, n_now = self._facts.get("documents"), len(documents)
            warn(
                f"the documents are not those of {self.path}: their words or labels differ "
                f"({n_before} documents there, {n_now} here)"
            )


def _load(path):
    from ...formats.classifier_file import COMMAND, read_classifier

    classifier = read_classifier(path)
    return RepeatedClassifier(path, told_by(path, classifier.provenance, classifier.notes, COMMAND))


like_classifier_option = earlier_run_option(_load, "this model")
