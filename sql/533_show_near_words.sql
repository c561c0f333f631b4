-- One row is a spelling of a like length that begins or ends as the word that was asked for, and a word so spelt.
select term, min(word) as word
from search_words
where is_spelling and length(term) between $least and $most and (term[1] = $spelt[1] or term[-2:] = $spelt[-2:])
group by all
