"""Made-up Chinese spreadsheets of varied layout, with questions whose answers are worked out from
the data that the sheets were written from, never from the product."""
