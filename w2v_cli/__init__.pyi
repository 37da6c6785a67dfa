from .api import count_pairs as count_pairs
from .api import find_phrases as find_phrases
from .api import load as load
from .api import tokenize as tokenize
from .api import train as train
from .api import tune as tune
from .classifiers import Prediction as Prediction
from .classifiers import TextClassifier as TextClassifier
from .classifiers import load_classifier as load_classifier
from .classifiers import train_classifier as train_classifier
from .cooccurrence.countsfile import CountsFile as CountsFile
from .cooccurrence.table import Cooccurrences as Cooccurrences
from .embeddings.table import QueryError as QueryError
from .embeddings.table import UnknownWordError as UnknownWordError
from .errors import ConfigError as ConfigError
from .errors import InputError as InputError
from .errors import MemoryShortageError as MemoryShortageError
from .errors import MissingLibraryError as MissingLibraryError
from .errors import OutputError as OutputError
from .errors import TrainingError as TrainingError
from .errors import W2VError as W2VError
from .errors import W2VWarning as W2VWarning
from .phrases.table import Phrase as Phrase
from .phrases.table import Phrases as Phrases
from .vectors import Neighbor as Neighbor
from .vectors import Vectors as Vectors

__version__: str
