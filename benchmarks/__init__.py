"""`make bench`: how fast, against a plain alternative in the same run. Development only."""
