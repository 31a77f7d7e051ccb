"""What a sentence is checked for, one file a check: each takes a `View` and gives the problem in Chinese, or None."""
