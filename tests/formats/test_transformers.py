"""The input embeddings of transformers: tensors, tokens, and the words among them."""

import json
import zipfile

import numpy as np
import pytest
from support.transformer_files import (
    bfloat16,
    byte_bpe,
    model_folder,
    safetensors,
    sentencepiece_bpe,
    sentencepiece_model,
    tensor_opcodes,
    tokenizer,
    torch_archive,
    unigram,
    wordpiece,
)

from w2v_cli.errors import InputError
from w2v_cli.formats.reading import read, read_embeddings

WORDPIECES = ["[PAD]", "[unused0]", "[UNK]", "the", "##s", "new", "##", "Größe", "[", "##ing"]
WORDS = ["the", "new", "##", "Größe", "["]
PLACES = [3, 5, 6, 7, 8]
MATRIX = np.random.default_rng(3).standard_normal((16, 6)).astype(np.float32)
BERT = "bert.embeddings.word_embeddings.weight"
GPT2 = ["<|endoftext|>", "the", "Ġthe", "ing", "ĠGrÃ¶ÃŁe", "Ġ", "ĠĠ", "ĠÃ", "ĠĊ", "Ġ,"]
PIECES = ["<unk>", "<s>", "<0x0A>", "▁the", "ing", "▁", "▁▁", "▁Größe", "the"]


def matrix_of(folder):
    found = read_embeddings(folder)
    return list(found.words), found.vectors


def message(path, **options):
    with pytest.raises(InputError) as caught:
        read(path, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("tensor", "files", "words", "rows", "family"),
    [
        (BERT, {"vocab.txt": "\n".join(WORDPIECES) + "\n"}, WORDS, PLACES, "bert"),
        ("embeddings.word_embeddings.weight",
         {"tokenizer.json": wordpiece(WORDPIECES, [("[PAD]", 0, True)])}, WORDS, PLACES, "bert"),
        ("transformer.wte.weight", {"tokenizer.json": byte_bpe(GPT2)},
         ["the", "Größe", ","], [2, 4, 9], "gpt2"),
        ("wte.weight", {"vocab.json": json.dumps({t: r for r, t in enumerate(GPT2)})},
         ["the", "Größe", ","], [2, 4, 9], "gpt2"),
        ("model.embed_tokens.weight", {"tokenizer.json": sentencepiece_bpe(PIECES)},
         ["the", "Größe"], [3, 7], "llama"),
        ("model.decoder.embed_tokens.weight", {"tokenizer.json": byte_bpe(GPT2)},
         ["the", "Größe", ","], [2, 4, 9], "opt"),
        ("shared.weight", {"tokenizer.json": unigram(PIECES)}, ["the", "Größe"], [3, 7], "t5"),
        ("shared.weight", {"spiece.model": sentencepiece_model(
            [("<unk>", 2), ("</s>", 3), ("▁the", 1), ("s", 1), ("▁x", 4), ("▁<0xAA>", 6)])},
         ["the", "x"], [2, 4], "t5"),
        ("gpt_neox.embed_in.weight", {"tokenizer.json": byte_bpe(GPT2)},
         ["the", "Größe", ","], [2, 4, 9], "gpt_neox"),
        ("model.embeddings.tok_embeddings.weight", {"tokenizer.json": byte_bpe(GPT2)},
         ["the", "Größe", ","], [2, 4, 9], "modernbert"),
        ("text_model.embeddings.token_embedding.weight",
         {"vocab.json": json.dumps({"a</w>": 0, "b": 1, "cat</w>": 3})},
         ["a", "cat"], [0, 3], "clip_text_model"),
        ("transformer.word_embeddings.weight",
         {"tokenizer.json": tokenizer({"type": "WordLevel", "vocab": {"a": 1, "b": 0}})},
         ["b", "a"], [0, 1], "bloom"),
    ],
)  # fmt: skip
def test_families(tmp_path, tensor, files, words, rows, family):
    others = {"lm_head.weight": MATRIX + 1, "layer.0.weight": MATRIX.T.copy()}
    config = {"model_type": family, "n_layer": 2}
    folder = model_folder(tmp_path / "m", MATRIX, tensor, files, config, others)
    found = read(folder)
    assert list(found.embeddings.words) == words
    assert np.array_equal(found.embeddings.vectors, MATRIX[rows])
    assert found.record["family"] == family and found.record["tensor"] == tensor
    assert found.record["tokens_that_are_words"] == len(words)
    assert found.format.name == "transformer" and found.notes == []


def bert(tmp_path, matrix=MATRIX, **more):
    files = {"vocab.txt": "\n".join(WORDPIECES) + "\n"}
    return model_folder(tmp_path / "m", matrix, BERT, files, **more)


def test_all_tokens_are_as_they_are_written(tmp_path):
    found = read(bert(tmp_path), all_tokens=True).embeddings
    assert list(found.words) == WORDPIECES
    assert np.array_equal(found.vectors, MATRIX[:10])


def test_a_limit_takes_the_first_words(tmp_path):
    found = read(bert(tmp_path), limit=2).embeddings
    assert list(found.words) == WORDS[:2] and np.array_equal(found.vectors, MATRIX[PLACES[:2]])


def test_the_file_of_parameters_may_be_named_itself(tmp_path):
    folder = bert(tmp_path)
    assert matrix_of(folder / "model.safetensors")[0] == WORDS


def test_types_of_numbers(tmp_path):
    for stored, expected in (
        (MATRIX.astype("<f2"), MATRIX.astype("<f2").astype(np.float32)),
        (MATRIX.astype("<f8"), MATRIX),
        (bfloat16(MATRIX), (bfloat16(MATRIX).astype(np.uint32) << 16).view(np.float32)),
    ):
        words, vectors = matrix_of(bert(tmp_path, stored))
        assert words == WORDS and np.array_equal(vectors, expected[PLACES])
        np.testing.assert_allclose(vectors, MATRIX[PLACES], rtol=1e-2)


def test_rows_beyond_a_block_are_found(tmp_path):
    tokens = [f"w{row}" for row in range(9000)]
    matrix = np.arange(9001 * 3, dtype=np.float32).reshape(-1, 3)
    folder = model_folder(tmp_path / "m", matrix, BERT, {"vocab.txt": "\n".join(tokens)})
    words, vectors = matrix_of(folder)
    assert words == tokens and np.array_equal(vectors, matrix[:9000])


def test_shards(tmp_path):
    folder = bert(tmp_path)
    (folder / "model.safetensors").unlink()
    parts = {"a.safetensors": {"layer.weight": MATRIX}, "b.safetensors": {BERT: MATRIX}}
    for name, tensors in parts.items():
        (folder / name).write_bytes(safetensors(tensors))
    where = {"layer.weight": "a.safetensors", BERT: "b.safetensors"}
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {"total_size": 1}, "weight_map": where}))
    (folder / "a.safetensors").unlink()  # of which nothing is needed
    words, vectors = matrix_of(folder)
    assert words == WORDS and np.array_equal(vectors, MATRIX[PLACES])
    (folder / "b.safetensors").unlink()
    assert "b.safetensors has a part of the model, and is not there" in message(folder)
    for bad in ({BERT: "../b.safetensors"}, {BERT: 3}, {BERT: ""}, {BERT: "/etc/passwd"}):
        index.write_text(json.dumps({"weight_map": bad}))
        assert "is no file in its folder" in message(folder)
    index.write_text(json.dumps({"weight_map": []}))
    assert "has no object 'weight_map'" in message(folder)
    index.write_text('{"weight_map": ')
    assert "is not JSON" in message(folder)


def of_torch(tmp_path, tensors=None, **options):
    folder = bert(tmp_path)
    (folder / "model.safetensors").unlink()
    torch_archive(folder / "pytorch_model.bin", tensors or {BERT: MATRIX}, **options)
    return folder


def test_archives_of_pytorch(tmp_path):
    positions = np.arange(16).astype("<i8")
    folder = of_torch(tmp_path, {"embeddings.position_ids": positions, BERT: MATRIX})
    words, vectors = matrix_of(folder)
    assert words == WORDS and np.array_equal(vectors, MATRIX[PLACES])
    half = of_torch(tmp_path, {BERT: MATRIX.astype("<f2")})
    assert np.array_equal(matrix_of(half)[1], MATRIX[PLACES].astype("<f2").astype(np.float32))
    brain = of_torch(tmp_path, {BERT: bfloat16(MATRIX)}, storages={BERT: "BFloat16Storage"})
    np.testing.assert_allclose(matrix_of(brain)[1], MATRIX[PLACES], rtol=1e-2)
    big = of_torch(tmp_path, order=b"big")
    assert np.array_equal(matrix_of(big)[1], MATRIX[PLACES])


def test_shards_of_pytorch(tmp_path):
    folder = of_torch(tmp_path)
    (folder / "pytorch_model.bin").rename(folder / "part.bin")
    index = {"weight_map": {BERT: "part.bin"}}
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index))
    assert matrix_of(folder)[0] == WORDS


def test_what_torch_writes_itself(tmp_path):
    torch = pytest.importorskip("torch")
    folder = of_torch(tmp_path)
    layers = torch.nn.ModuleDict({"wte": torch.nn.Embedding(16, 6), "l": torch.nn.Linear(3, 2)})
    for dtype in (torch.float32, torch.bfloat16, torch.float16):
        state = layers.to(dtype).state_dict()
        state["shared"] = state["wte.weight"][2:]  # a view of the same numbers
        torch.save(state, folder / "pytorch_model.bin")
        expected = layers["wte"].weight.detach().float().numpy()
        assert np.array_equal(matrix_of(folder)[1], expected[PLACES])


PLANTED = b"cbuiltins\nprint\n(X\x05\x00\x00\x00hellotR"


@pytest.mark.parametrize(
    ("pickle", "expected"),
    [
        (b"\x80\x02" + PLANTED + b".", "names 'builtins.print', which no table of tensors needs"),
        (b"\x80\x02}X\x01\x00\x00\x00w" + PLANTED + b"s.", "names 'builtins.print'"),
        (b"(ibuiltins\nprint\n.", "has the instruction INST, which no table of tensors has"),
        (b"\x80\x02(cbuiltins\nprint\no.", "names 'builtins.print'"),
        (b"\x80\x04\x8c\x08builtins\x8c\x05print\x93.", "names 'builtins.print'"),
        (b"\x80\x02\x82\x01.", "has the instruction EXT1"),
        (b"\x80\x02ccollections\nOrderedDict\n)\x81.", "has the instruction NEWOBJ"),
        (b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n)R.", "tells of a tensor in another way"),
        (b"\x80\x02ccollections\nOrderedDict\nK\x01\x85R.", "makes something else than a table"),
        (b"\x80\x02K\x01.", "holds no table of tensors"),
        (b"\x80\x02}q\x00X\x01\x00\x00\x00wh\x00s.", "no matrix with a row"),
        (b"\x80\x02]K\x01K\x02s.", "puts values into what is no table"),
        (b"\x80\x02}(K\x01u.", "puts values into what is no table"),
        (b"\x80\x02}K\x01a.", "puts values into what is no list"),
        (b"\x80\x02}NK\x02s.", "has a key that is no name"),
        (b"\x80\x02h\x05.", "takes a value that is not there"),
        (b"\x80\x020.", "has the instruction POP"),
        (b"\x80\x02t.", "takes a value that is not there"),
        (b"\x80\x02.", "takes a value that is not there"),
        (b"\x80\x02K\x01K\x01R.", "calls what is no function"),
        (b"\x80\x02K\x01Q.", "tells of a storage in another way"),
        (b"\x80\x02}", "is damaged or cut short"),
        (b"\x80\x02X\xff\xff\xff\x7f", "is damaged or cut short"),
        (b"", "is damaged or cut short"),
    ],
)
def test_a_pickle_is_read_and_never_run(tmp_path, pickle, expected, capfd):
    folder = of_torch(tmp_path, pickle=pickle)
    assert expected in message(folder)
    assert capfd.readouterr().out == ""


def test_tensors_of_an_archive_must_lie_in_their_storage(tmp_path):
    def pickled(*arguments, **options):
        entry = tensor_opcodes(MATRIX, *arguments, **options)
        name = BERT.encode()
        return b"\x80\x02}X" + len(name).to_bytes(4, "little") + name + entry + b"s."

    of = {"tensors": {BERT: MATRIX}}
    assert "does not fit" in message(of_torch(tmp_path, **of, pickle=pickled(0, offset=1)))
    assert "model/data/7 is missing" in message(of_torch(tmp_path, **of, pickle=pickled(7)))
    turned = of_torch(tmp_path, **of, pickle=pickled(0, strides=[1, 16]))
    assert "no matrix with a row" in message(turned)
    assert matrix_of(of_torch(tmp_path, **of, pickle=pickled(0)))[0] == WORDS


def test_a_compressed_or_damaged_archive_of_pytorch_is_refused(tmp_path):
    path = of_torch(tmp_path) / "pytorch_model.bin"
    sound = path.read_bytes()
    place = sound.index(MATRIX.tobytes())
    path.write_bytes(sound[:place] + b"\xff" + sound[place + 1 :])
    assert "the checksum of model/data/0 is wrong" in message(path.parent)
    path.write_bytes(sound[: len(sound) // 2])
    assert "is damaged or cut short" in message(path.parent)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model/data.pkl", b"\x80\x02}.")
    assert "is compressed or encrypted" in message(path.parent)


def test_the_old_form_of_pytorch_has_a_remedy(tmp_path):
    folder = of_torch(tmp_path)
    old = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03."
    (folder / "pytorch_model.bin").write_bytes(old)
    assert "is a model as PyTorch wrote it before 1.6" in message(folder)


def test_safetensors_that_are_cut_or_damaged(tmp_path):
    path = bert(tmp_path) / "model.safetensors"
    sound = path.read_bytes()
    path.write_bytes(sound[:-9])
    assert "is cut short: it has" in message(path)
    path.write_bytes(sound[:40])
    assert "no list of its tensors" in message(path, tensor=BERT)
    for old, new, expected in (
        (b'"data_offsets": [0, 384]', b'"data_offsets": [0, 380]', "in 380 bytes"),
        (b'"data_offsets": [0, 384]', b'"data_offsets": [9, 384]', "in 375 bytes"),
        (b'"shape": [16, 6]', b'"shape": [16,-6]', "what it says of tensor"),
        (b'"shape": [16, 6]', b'"shape": "16, 6"', "what it says of tensor"),
        (b'"dtype"', b'"dtipe"', "what it says of tensor"),
        (b'"shape"', b"'shape'", "is not JSON"),
    ):
        path.write_bytes(sound.replace(old, new))
        assert expected in message(path)


def test_tensors_that_are_no_embeddings(tmp_path):
    folder = bert(tmp_path, others={"codes": np.ones((16, 2), np.uint8), "bias": MATRIX[0].copy()})
    assert "has no tensor 'x'; its matrices are 'codes'" in message(folder, tensor="x")
    assert "the tensor codes is U8 [16, 2]" in message(folder, tensor="codes")
    assert "the tensor bias is F32 [6]" in message(folder, tensor="bias")
    few = bert(tmp_path, MATRIX[:7])
    assert "has 7 rows" in message(few) and "needs 10" in message(few)


def test_a_family_that_is_not_known_needs_the_name_of_its_tensor(tmp_path):
    files = {"vocab.txt": "\n".join(WORDPIECES)}
    others = {"small": MATRIX[:3].copy(), "other.table": MATRIX + 1}
    folder = model_folder(tmp_path / "m", MATRIX, "odd.table", files, others=others)
    told = message(folder)
    assert "--tensor" not in told and "'other.table', 'odd.table'" in told and "small" not in told
    found = read(folder, tensor="odd.table").embeddings
    assert np.array_equal(found.vectors, MATRIX[PLACES])


def test_of_several_embeddings_the_encoder_or_the_largest_is_taken(tmp_path):
    files = {"tokenizer.json": unigram(PIECES)}
    both = {"decoder.embed_tokens.weight": MATRIX + 1, "shared.weight": MATRIX}
    folder = model_folder(tmp_path / "m", MATRIX + 2, "encoder.embed_tokens.weight", files,
                          others=both)  # fmt: skip
    assert np.array_equal(matrix_of(folder)[1], MATRIX[[3, 7]])
    del both["shared.weight"]
    folder = model_folder(tmp_path / "m", MATRIX, "encoder.embed_tokens.weight", files, others=both)
    assert np.array_equal(matrix_of(folder)[1], MATRIX[[3, 7]])
    twins = {"query.word_embeddings.weight": MATRIX, "document.word_embeddings.weight": MATRIX}
    folder = model_folder(tmp_path / "m", MATRIX, "x.weight", files, others=twins)
    assert "has several matrices of input embeddings" in message(folder)


def test_added_tokens(tmp_path):
    added = [("[PAD]", 0, True), ("covid", 10, False), ("<tag>", 11, False), ("[E]", 12, True),
             ("   ", 13, False), ("far", 99, False)]  # fmt: skip
    folder = model_folder(
        tmp_path / "m", MATRIX, BERT, {"tokenizer.json": wordpiece(WORDPIECES, added)}
    )
    found = read(folder)
    assert list(found.embeddings.words) == [*WORDS, "covid"]
    assert np.array_equal(found.embeddings.vectors[-1], MATRIX[10])
    [note] = found.notes
    assert "added and have no row were left out: 1 ('far')" in note
    plain = {"vocab.json": json.dumps({t: r for r, t in enumerate(GPT2)}),
             "added_tokens.json": json.dumps({"virus": 10})}  # fmt: skip
    folder = model_folder(tmp_path / "n", MATRIX, "wte.weight", plain)
    assert matrix_of(folder)[0] == ["the", "Größe", ",", "virus"]


def test_a_word_that_is_there_twice_is_told(tmp_path):
    files = {"vocab.txt": "\n".join(["the", "x", "the", "##y", "z"])}
    folder = model_folder(tmp_path / "m", MATRIX, BERT, files)
    words, vectors = matrix_of(folder)  # rows are those of lines, whatever is left out before
    assert words == ["the", "x", "z"] and np.array_equal(vectors, MATRIX[[0, 1, 4]])


def test_tokens_without_marks_are_all_words(tmp_path):
    model = {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": []}
    folder = model_folder(
        tmp_path / "m", MATRIX, "wte.weight", {"tokenizer.json": tokenizer(model)}
    )
    assert matrix_of(folder)[0] == ["a", "b"]


def test_no_tokenizer(tmp_path):
    folder = bert(tmp_path)
    (folder / "vocab.txt").unlink()
    assert "no tokenizer is beside it: tokenizer.json, vocab.txt" in message(folder)
    (folder / "sentencepiece.bpe.model").write_bytes(b"x")
    assert "there is only sentencepiece.bpe.model" in message(folder)
    (folder / "tokenizer.model").write_bytes(b"IQ== 0\nIg== 1\n")
    assert "tokenizer.model: is damaged, or no model of SentencePiece" in message(folder)
    config = {"model_type": "pegasus", "num_hidden_layers": 2}
    (folder / "config.json").write_text(json.dumps(config))
    assert "whose numbers are not those of the rows" in message(folder)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is not JSON"),
        ("[]", "is not a JSON object"),
        ("{}", "is not a tokenizer as the library"),
        ('{"model": {"vocab": 3}}', "is not a tokenizer as the library"),
        ('{"model": {"vocab": [["a"], []]}}', "is not a tokenizer as the library"),
        ('{"model": {"vocab": {"a": 0}}, "added_tokens": [3]}', "is not a tokenizer"),
        ('{"model": {"vocab": {"a": "0"}}}', "does not give each token a whole number"),
        ('{"model": {"vocab": {"a": -1}}}', "does not give each token a whole number"),
        ('{"model": {"vocab": {"a": true}}}', "does not give each token a whole number"),
        ('{"model": {"vocab": {}}}', "does not give each token a whole number"),
        ('{"model": {"vocab": [[3, 1]]}}', "does not give each token a whole number"),
        ('{"model": {"type": "WordPiece", "vocab": {"##a": 0}}}', "none of its 1 tokens is a"),
    ],
)
def test_a_tokenizer_that_is_damaged(tmp_path, text, expected):
    folder = model_folder(tmp_path / "m", MATRIX, BERT, {"tokenizer.json": text})
    assert expected in message(folder)


def test_numbers_that_are_not_finite_are_told(tmp_path):
    bad = MATRIX.copy()
    bad[5, 2] = np.inf
    assert "'new'" in message(bert(tmp_path, bad))
    wide = MATRIX.astype("<f8")
    wide[5, 2] = 1e300
    assert "'new'" in message(bert(tmp_path, wide))


def test_a_packed_model_must_be_unpacked(tmp_path):
    folder = bert(tmp_path)
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as archive:
        archive.write(folder / "model.safetensors", "m/model.safetensors")
        archive.write(folder / "vocab.txt", "m/vocab.txt")
    assert "has its words in a file beside it" in message(tmp_path / "m.zip")


def test_other_files_have_no_tensors_to_choose_from(tmp_path):
    (tmp_path / "v.txt").write_text("a 1 2\nb 3 4\nc 5 6\n")
    assert "not the parameters of a transformer" in message(tmp_path / "v.txt", tensor="x")
    assert "not the parameters of a transformer" in message(tmp_path / "v.txt", all_tokens=True)


def test_words_in_a_file_of_our_own_beside_a_named_tensor(tmp_path):
    path = tmp_path / "v.safetensors"
    path.write_bytes(safetensors({"a": MATRIX, "b": MATRIX + 1}))
    (tmp_path / "v.words.txt").write_text("\n".join(f"w{row}" for row in range(16)) + "\n")
    assert "no single matrix" in message(path)
    found = read(path, tensor="b").embeddings
    assert list(found.words)[:2] == ["w0", "w1"] and np.array_equal(found.vectors, MATRIX + 1)


TOKENIZERS = {
    "WordPiece": (wordpiece(["[UNK]", "king", "##s", "n", "##e", "##w"]), BERT),
    "bytes": (byte_bpe(["Ġ", "k", "i", "Ġk", "s", "Ġki", "w"], (), ["Ġ k", "Ġk i"]), "wte.weight"),
    "unigram": (unigram(["<unk>", "▁king", "s", "▁n", "e", "w"]), "shared.weight"),
}


@pytest.mark.parametrize(
    ("kind", "wanted", "groups"),
    [
        ("WordPiece", ["kings", "king", "new", "zoo"], {"kings": [1, 2], "new": [3, 4, 5]}),
        ("bytes", ["kis", "k", "ki"], {"kis": [5, 4]}),
        ("unigram", ["kings", "new", "zoo"], {"kings": [1, 2], "new": [3, 4, 5]}),
    ],
)
def test_words_of_several_pieces_are_their_mean(tmp_path, kind, wanted, groups):
    pytest.importorskip("tokenizers")
    text, tensor = TOKENIZERS[kind]
    folder = model_folder(tmp_path / "m", MATRIX, tensor, {"tokenizer.json": text})
    plain = matrix_of(folder)[0]
    found = read(folder, wanted=wanted)
    assert list(found.embeddings.words) == plain + list(groups)
    for word, rows in groups.items():
        np.testing.assert_allclose(
            found.embeddings.vector(word), MATRIX[rows].mean(axis=0), atol=1e-6
        )
    assert any("words that are no tokens were made of their pieces" in note for note in found.notes)


def test_pieces_need_the_library(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tokenizers", None)
    folder = bert(tmp_path)
    assert list(read(folder, wanted=["the", "new"]).embeddings.words) == WORDS
    with pytest.raises(ImportError, match="of several tokens needs tokenizers, which"):
        read(folder, wanted=["the", "thes"])
