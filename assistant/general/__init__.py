"""Questions over tables that no form knows: from words to rows and columns, computed and cited."""
