"""The spiders: `feed` reads feeds and the pages behind them; others are for outlets that need them."""
