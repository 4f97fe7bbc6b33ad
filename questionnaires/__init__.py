"""The questions as versioned data. Each file is one form; words are keys of the catalogue, never sentences."""
