"""What an index keeps: vectors, words, facts, snapshots swapped as a whole."""
