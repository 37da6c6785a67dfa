"""Under which heading help shows an option, for commands that have many.

An option that stands nowhere here is shown under REST, so a new one is never lost.
"""

REST = "Options"
GENERAL = ("General", "quiet verbose config debug")

GROUPS = {
    "train": {
        "Output": "output format save_vocab save_context keep_context provenance stats log_json",
        "Model": "preset model loss dim window fixed_window negative ns_exponent share_negatives",
        "Training": "epochs lr sample threads seed time_budget like init freeze",
        "Text and vocabulary": "min_count max_vocab vocab max_sentence lowercase digits max_table",
        "Stopping and going on": "checkpoint checkpoint_every resume",
        "Resources": "tmpdir max_memory",
        "Configuration": "print_config",
    },
    "tune": {
        "Score": "questions pairs",
        "Trials": "grid sample_words time_budget",
        "Output": "save tsv json log_json",
        "Model": "preset model loss dim window fixed_window negative ns_exponent share_negatives",
        "Training": "epochs lr sample threads seed",
        "Text and vocabulary": "min_count max_vocab max_sentence lowercase digits max_table",
        "Resources": "tmpdir max_memory",
    },
    "neighbors": {
        "Question": "topn similarity odd_one_out ignore_case",
        "Which words answer": "restrict_vocab min_count vocab not_words index",
        "Output": "tsv json",
        "Reading vectors": "encoding_errors max_memory",
    },
    "plot": {
        "Which words": "words top section questions neighbors",
        "Map": "method seed",
        "Output": "output format size title theme tsv json",
        "Reading vectors": "encoding_errors max_memory",
    },
    "fetch": {
        "What": "listed url member sha256",
        "Output": "output json log_json",
        "Download": "cache keep force timeout retries",
    },
}
"""Command -> heading -> names of options (as the functions have them), in the order of help."""
