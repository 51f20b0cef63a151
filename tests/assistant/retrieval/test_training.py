"""Training data and scoring: deterministic, and honest about what was seen."""

from eval.training.pairs import all_pairs
from eval.training.score_prose import Case, verdict
from eval.training.score_quotes import verdict as quotes_verdict
from eval.training.score_retrieval import Scores, questions
from eval.training.train_embedding import build_tokenizer, parts_of, word_counts

WORDS = ["春天", "夏天", "秋天", "冬天", "早晨", "中午", "傍晚", "夜里", "山川"]


def test_the_same_seed_gives_the_same_pairs() -> None:
    assert all_pairs(1, WORDS) == all_pairs(1, WORDS)
    assert all_pairs(1, WORDS) != all_pairs(2, WORDS)


def test_a_word_is_made_of_its_characters_and_itself() -> None:
    tokenizer = build_tokenizer(word_counts(all_pairs(1, WORDS)))
    parts = parts_of(tokenizer)
    word = tokenizer.token_to_id("复议")
    assert [tokenizer.id_to_token(part) for part in parts[word]] == ["复", "议", "复议"]
    assert parts[tokenizer.token_to_id("议")] == [tokenizer.token_to_id("议")]
    assert tokenizer.encode("行政 复议。").tokens == tokenizer.encode("行政复议").tokens


def test_scores_count_what_was_not_found() -> None:
    scores = Scores.of([1, 2, None, 10])
    assert (scores.first, scores.five) == (0.25, 0.5)
    assert scores.mrr == (1 + 0.5 + 0.1) / 4


def test_an_answer_where_none_is_due_is_wrong() -> None:
    assert verdict(Case("r", "q", ()), [], 0.5) == "refused"
    assert verdict(Case("r", "q", ("[1件]",)), [], 0.5) == "silent"
    assert quotes_verdict([], []) == "refused"
    assert quotes_verdict(["甲"], []) == "silent"


def test_the_sets_are_as_large_as_their_scores_claim() -> None:
    asked = {name: {one.question for one in questions(name)} for name in ("dev", "held-out")}
    assert len(asked["dev"] | asked["held-out"]) >= 200
