"""How questions meet cells: whole names, elided suffixes, competition, paraphrases, paths."""

from __future__ import annotations

import numpy as np
from small_tables import BUDGET, view_of

from assistant.tableqa.cues import Paraphrases, cue_names, cues
from assistant.tableqa.features import ask
from assistant.tableqa.matching import ORDERED, RECALL, RUN, WHOLE, WON, match
from assistant.tableqa.plain import clauses
from assistant.tableqa.texts import Texts


def test_a_cell_named_whole_beats_one_that_shares_its_end() -> None:
    texts = Texts(["教育支出", "卫生健康支出", "88.0"])
    found = match(texts, "教育支出是多少").scores
    assert found[RECALL, 0] == 1 and found[RECALL, 1] < 0.5 and found[RECALL, 2] == 0
    assert found[WHOLE, 0] > 0 and found[WHOLE, 1] == 0


def test_letters_go_to_the_longest_stretch() -> None:
    texts = Texts(["期末余额", "期末余额合计数"])
    found = match(texts, "期末余额合计数是多少").scores
    assert found[RUN, 0] == np.float32(0.4) and found[RUN, 1] == np.float32(0.7)
    assert found[WON, 0] == 0 and found[WON, 1] == np.float32(0.7)


def test_an_elided_suffix_is_in_order() -> None:
    names = [f"{kind}活动产生的现金流量净额" for kind in ("经营", "投资", "筹资")]
    texts = Texts([*names, "营业收入"])
    found = match(texts, "经营、投资、筹资活动产生的现金流量净额".replace("、", "")).scores
    assert (found[ORDERED, :3] == 1).all() and found[ORDERED, 3] < 1


def test_paraphrases_meet_and_are_worth_less_where_many_cells_could_be_meant() -> None:
    one = Paraphrases(["成立日期", "主营业务"]).named("哪天成立的")
    two = Paraphrases(["成立日期", "挂牌日期"]).named("哪天上市的")
    assert one[0] > one[1] == 0
    assert one[0] > two[1] > 0


def test_paths_cover_what_the_headers_name() -> None:
    view = view_of(BUDGET)
    question = "教育支出的决算数是多少"
    asked, numbers = clauses(question)
    lines = ask(view, match(view.texts, asked), cues(question), np.array(numbers))
    covered = lines.path.sum(axis=1)
    assert covered.argmax() == 5, "the crossing of 教育支出 and 决算数"
    assert lines.lines.shape[0] == view.layout.size and np.isfinite(lines.lines).all()


def test_cues_count_words_of_their_group() -> None:
    found = dict(zip(cue_names(), cues("各项支出分别是多少？"), strict=False))
    assert found["each"] == 1 and found["separately"] == 1 and found["ask"] == 1
    assert found["who"] == 0
