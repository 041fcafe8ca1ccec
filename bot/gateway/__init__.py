"""Between the platforms and the dialogue: who writes, in which order, once. Imports no Rasa."""
