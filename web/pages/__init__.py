"""The pages for people, a file a page: each reads what it shows in one transaction and fills its template."""
