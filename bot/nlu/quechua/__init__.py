"""Southern Quechua: roots, suffixes and the segmenter. Nothing in here imports spaCy; see bot/nlu/spacy_languages.py."""
