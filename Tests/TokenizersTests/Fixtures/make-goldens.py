#!/usr/bin/env python3
"""Writes goldens.json: what Hugging Face's `tokenizers` learns from a corpus, and how it encodes.

Run it as `python3 make-goldens.py` beside this file, with `pip install tokenizers==0.23.3`, to renew the
goldens on purpose: the tests then compare our trainer and encoder with that version.
"""
import json
import pathlib

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

CORPUS = [
    "open the drawer", "close the drawer", "push the red puck to the goal", "pick up the puck and place it",
    "insert the peg into the hole", "hammer the nail into the wall", "place the nut on the peg",
    "throw the basketball into the hoop", "öffne die Schublade", "don't drop the 3rd cup, please!",
    "aaaa aaaa aaa", "fold 12 shirts, 345 towels & 6 socks", "打开抽屉", "打开门",
]
TEXTS = CORPUS + [
    "", " ", "   ", "a", "  two  blanks ", "tab\tand\nnewline\r\n", "\u0000\u0001", "it's we've I'll I'm he'd they're can't",
    "É ecole", "e\u0301 combining", "🤖🦾 robots 👩‍🔬", "١٢٣ Ⅷ ½", "a\u00a0b\u3000c", "<eos> is text", "'S upper",
    "x" * 300, "...!!!???", "Ünïcödé ß ﬀ", "snake_case camelCase", "\ufffd", "end with blanks   ", "'", " '", "''s",
]

tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
tokenizer.decoder = decoders.ByteLevel()
trainer = trainers.BpeTrainer(
    vocab_size=340, min_frequency=2, special_tokens=["<pad>", "<bos>", "<eos>"], show_progress=False,
    initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
tokenizer.train_from_iterator(CORPUS, trainer)
file = json.loads(tokenizer.to_str())

# Special tokens in text are text here: encode with a copy that does not know them as special.
plain = json.loads(tokenizer.to_str())
plain["added_tokens"] = []
encoder = Tokenizer.from_str(json.dumps(plain))
goldens = {
    "corpus": CORPUS,
    "vocabularySize": 340,
    "tokenizer": json.dumps(file, ensure_ascii=False),
    "encodings": [{"text": text, "ids": encoder.encode(text).ids} for text in TEXTS],
}
path = pathlib.Path(__file__).with_name("goldens.json")
path.write_text(json.dumps(goldens, ensure_ascii=True, indent=0) + "\n")
