"""`python -m eval.general`: write the books, store them one by one, ask, judge, print scores."""

from __future__ import annotations

from eval.general.measure import main

if __name__ == "__main__":
    main()
