"""Files of the screening rules -> definitions, with every mistake found on the way."""
