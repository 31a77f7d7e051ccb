"""The closed grammar of official Chinese: words, simplified forms, quantities, dates, places, clause markers."""
