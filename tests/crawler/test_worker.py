from __future__ import annotations

from db.queries import list_articles


def test_a_feed_becomes_articles(crawl, site, sqlite_database):
    site.page("/1", "Перша новина")
    site.page("/2", "Друга новина")
    site.feed("/feed", [("/1", "Перша новина"), ("/2", "Друга новина")])
    crawl.outlet()
    report = crawl.once()
    print(report)
    with sqlite_database.read() as session:
        articles = list_articles(session)
    assert report["outlets"]["made-up"] == [1, 2, 2, 2, None]
    assert {article.title for article in articles} == {"Перша новина", "Друга новина"}
