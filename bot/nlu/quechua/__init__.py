"""Southern Quechua: roots, suffixes and the segmenter. Imports no spaCy; see bot/nlu/spacy_languages.py."""
