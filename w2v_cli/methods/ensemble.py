"""Several models of one kind as a `Method`: they differ in their seeds, and are trained in turn.

What models that saw the same text in another order, from another start, do not share is noise, and
the mean of their cosines has less of it: see `embeddings.readout.side_by_side`.

Source: Muromägi, Sirts and Laur, "Linear Ensembles of Word Embedding Models", NoDaLiDa 2017
(arXiv:1704.01419), who bring models that differ in their random start into one space instead.

A model is zero until its turn comes, so that vectors that are read out on the way hold what was
learnt and nothing else.
"""

import threading
from dataclasses import replace

from ..config import RANGES
from .base import Matrices, Validating


class JointParameters(Matrices):
    """The matrices of several models; those of the second on have its number behind their names.

    Parameters
    ----------
    members : sequence of Parameters
    """

    def __init__(self, members):
        self._members = members
        self._places = {
            _numbered(name, number): (member, name)
            for number, member in enumerate(members)
            for name in member.shapes
        }
        self.shapes = {joint: member.shapes[name] for joint, (member, name) in self._places.items()}

    @property
    def members(self):
        """Those of each model: sequence of Parameters."""
        return self._members

    def __getitem__(self, name):
        member, own_name = self._places[name]
        return member[own_name]

    def rows(self, name):
        """All rows of a matrix; see `base.Matrices`."""
        member, own_name = self._places[name]
        return member.rows(own_name)


class Ensemble:
    """As many models of a method as ``config.ensemble`` says; see `base.Method`.

    Parameters
    ----------
    method : Method   of each of them
    """

    def __init__(self, method):
        self._method = method

    def made_of(self, lists):
        """As many models of words that are made of lists of rows."""
        return Ensemble(self._method.made_of(lists))

    def check_feasible(self, counts, config):
        """One model that is trained for the epochs of all takes as long."""
        epochs = min(config.all_epochs, RANGES["epochs"][1])
        self._method.check_feasible(counts, replace(config.member(), epochs=epochs))

    def outputs_are_words(self, config):
        """As for each of them."""
        return self._method.outputs_are_words(config)

    def shapes(self, n_words, config, freeze=False):
        """Those of all models."""
        shapes = self._method.shapes(n_words, config.member(), freeze)
        return {
            _numbered(name, number): shape
            for number in range(config.ensemble)
            for name, shape in shapes.items()
        }

    def table_memory(self, n_words, config):
        """Models share tables, and only one at a time has threads at work."""
        return self._method.table_memory(n_words, config.member())

    def material(self, corpus, counts, config, *rest, **more):
        """As for each of them."""
        return self._method.material(corpus, counts, config, *rest, **more)

    def corpus_memory(self, corpus, config):
        """As for each of them."""
        return self._method.corpus_memory(corpus, config)

    def schedule(self, corpus, n_words, config):
        """That of all models, which knows how many there are."""
        return self._method.schedule(corpus, n_words, config)

    def allocate(self, n_words, config, freeze=False):
        """The matrices of all models."""
        members = range(config.ensemble)
        return JointParameters(
            [self._method.allocate(n_words, config.member(), freeze) for _ in members]
        )

    def initialise(self, parameters, seed):
        """Let the first model start; the others do when their turn comes."""
        self._method.initialise(parameters.members[0], seed)

    def go_on(self, parameters, join):
        """Not for these: vectors are where one model starts."""
        raise NotImplementedError

    def tables(self, counts, config):
        """Those of one: nothing in them goes by the seed."""
        return self._method.tables(counts, config.member())

    def untrained_loss(self, counts, tables, config):
        """As for each of them."""
        return self._method.untrained_loss(counts, tables, config.member())

    def engine(self, corpus, parameters, tables, config, frozen=None):
        """An `EnsembleEngine`."""

        def engine_of(number):
            member, own = parameters.members[number], config.member(number)
            if not _has_begun(member):
                self._method.initialise(member, own.seed)
            return self._method.engine(corpus, member, tables, own, frozen)

        return EnsembleEngine(parameters, config.epochs, engine_of)


class EnsembleEngine:
    """Trains each model with an engine of its own, which is there while its epochs last.

    Parameters
    ----------
    parameters : JointParameters
    epochs : int           of each model
    engine_of : callable   the number of a model, from 0 on -> its Engine
    """

    def __init__(self, parameters, epochs, engine_of):
        self.parameters = parameters
        self._epochs, self._engine_of = epochs, engine_of
        # Going on from a checkpoint, the first models are trained already.
        self._number = sum(map(_has_begun, parameters.members)) - 1
        self._engine = engine_of(self._number)
        self.n_threads = self._engine.n_threads
        self._lock = threading.Lock()

    def prepare(self, progress):
        """All models have the same kernel."""
        return self._engine.prepare(progress)

    def working(self):
        """All models work in the same way."""
        return self._engine.working()

    def train(self, chunk):
        """Train the model whose epoch it is."""
        return self._engine_for(chunk.epoch // self._epochs).train(chunk)

    def synchronise(self):
        """Put together what the threads of the model in hand have learnt."""
        self._engine.synchronise()

    def held_out_loss(self):
        """That of the model in hand; see `base.Validating`."""
        return self._engine.held_out_loss() if isinstance(self._engine, Validating) else None

    def _engine_for(self, number):
        with self._lock:
            if number != self._number:
                self._number, self._engine = number, self._engine_of(number)
            return self._engine


def _has_begun(member):
    """Whether a model was trained, or is about to be: its inputs are not zero then."""
    return bool(member.vectors.any())


def _numbered(name, number):
    """What a matrix of a model is called among those of all."""
    return name if number == 0 else f"{name}.{number + 1}"
