"""The sections of docs/nlu.md, a module for each subject. None prints a held-out message."""
