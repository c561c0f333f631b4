-- A row is an article whose time, day and precision of publication do not fit together, or that has a rule without a
-- date. A printed day may differ by one from that of +05:30 where the page gives another zone.
select article_id, published_at, published_on, published_precision, published_at_rule
from articles
where
    (published_at is null) <> (published_on is null)
    or (published_at is null) <> (published_precision is null)
    or published_at is null and published_at_rule is not null
    or abs(date_diff('day', published_on, (published_at at time zone 'Asia/Kolkata')::date)) > 1
