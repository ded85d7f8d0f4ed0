"""Learn the calibration that is shipped with the package. `python -m benchmarks.calibrating [--write]`.

Scope and choice: from the development bases, with one wording of each entry and with all but one (half of them where
there are ten and more), with answers and without; their other wordings are asked clean and messy, beside questions of
other domains, uncovered ones of their own, and benchmarks/data/negatives.tsv. Holding: from the bases of
benchmarks.articles, whose entries lack what is asked. Prints how well what was learnt of the others tells the questions
of each from strange ones; `--write` stores what all teach.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.articles import ARTICLES, tried
from benchmarks.corruption import corrupt
from benchmarks.matching import BASES, CROWD, CROWDED, DATA, DOMAINS, auroc, load, load_near
from knowledge.evaluation import read_rows
from knowledge.matching.index import Index
from knowledge.matching.judging import confidence
from knowledge.matching.judging.calibration import HIDDEN, INSIDE, OUTSIDE, Example, example, fit, learn
from knowledge.matching.judging.confidence import FEATURES, LACKS, Calibration, Logistic
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.query import prepare
from knowledge.snapshot import PublishedEntry

LEVELS = ("clean", "messy")
MOST = 250  # questions of each base, and strange ones
STRENGTH = 20.0  # examples that the prior (nothing says anything) counts for
HIDE_EVERY = 4  # one question in so many is also asked with its entry hidden
SEED = 11
BLANK = Logistic((0.0,) * len(FEATURES), 0.0)
TARGET = Path(confidence.__file__).with_name("calibration.json")


@dataclass(frozen=True, slots=True)
class Lesson:
    """An example with where it comes from."""

    domain: str
    level: str
    example: Example


def lessons(name: str, *, few: bool, answers: bool) -> Iterator[Lesson]:
    """Ask one base everything. `few`: it holds one wording of each entry; otherwise all but one."""
    chance = np.random.default_rng(SEED)
    entries: list[PublishedEntry] = []
    questions: list[tuple[str, str]] = []
    for at, item in enumerate(load(name)):
        wordings: list[str] = [item["question"], *item["wordings"]]
        held = at % len(wordings)
        if len(wordings) >= CROWD:
            known = wordings[::2]
        else:
            known = [wordings[held]] if few else [text for place, text in enumerate(wordings) if place != held]
        answer = item["answer"] if answers else ""
        entries.append(PublishedEntry(key=item["key"], question=known[0], variants=tuple(known[1:]), answer=answer))
        questions += [(item["key"], text) for text in wordings if text not in known]
    index = Index.build(entries, Lexicon.default())
    chosen = sorted(chance.permutation(len(questions))[:MOST].tolist())
    strange = strangers(name)
    for level in LEVELS:
        for number in chosen:
            key, text = questions[number]
            query, at = prepare(corrupt(text, level, number), index), index.positions[key]
            yield Lesson(DOMAINS[name], level, example(query, index, right=at))
            if number % HIDE_EVERY == 0:
                yield Lesson(DOMAINS[name], level, example(query, index, hidden=at))
        for number, text in enumerate(strange):
            yield Lesson(DOMAINS[name], level, example(prepare(corrupt(text, level, number), index), index))


def strangers(name: str) -> list[str]:
    """Return questions that the base does not answer: near misses, of other domains, and of the table of negatives."""
    found = [item["wordings"][0] for other in BASES if DOMAINS[other] != DOMAINS[name] for item in load(other)]
    found += [question for _kind, question in read_rows(DATA / "negatives.tsv", least=2)]
    return load_near(name) + [found[at] for at in np.random.default_rng(SEED).permutation(len(found))[:MOST]]


def taught(every: list[Lesson], holding: Logistic = BLANK) -> Calibration:
    """Return what the lessons teach somebody who knows nothing."""
    usable = [lesson.example for lesson in every if len(lesson.example.features)]
    return learn(usable, Calibration(scope=BLANK, choice=BLANK, holding=holding), strength=STRENGTH)


def held(names: Sequence[str]) -> Logistic:
    """Return what article bases teach about whether an entry on the topic holds what is asked. They count alike."""
    rows, labels, weights = [], [], []
    for name in names:
        found = [(kind, it) for kind, it in tried(name) if kind != "far" and len(it.features)]
        total = Counter(kind for kind, _ in found)
        rows += [it.features[0] * LACKS for _, it in found]
        labels += [float(kind == "asked") for kind, _ in found]
        weights += [len(found) / (2 * total[kind]) for kind, _ in found]
    return fit(np.array(rows), np.array(labels), BLANK, weights=np.array(weights), strength=STRENGTH)


def separation(every: list[Lesson], domain: str, level: str) -> float:
    """Return the AUROC of a domain's questions against strange ones, by what the other domains teach."""
    learnt = taught([lesson for lesson in every if lesson.domain != domain])
    sure: dict[str, list[float]] = {INSIDE: [], HIDDEN: [], OUTSIDE: []}
    for lesson in every:
        if lesson.domain == domain and lesson.level == level and len(lesson.example.features):
            sure[lesson.example.kind].append(float(learnt.probability(lesson.example.features[:1])[0]))
    return auroc(sure[INSIDE], sure[OUTSIDE])


def withheld(name: str) -> float:
    """Return the AUROC of an article base's questions against its near misses, by what the others teach of holding."""
    learnt = held([other for other in ARTICLES if other != name])
    sure: dict[str, list[float]] = {"asked": [], "near": [], "far": []}
    for kind, it in tried(name):
        sure[kind] += learnt.logit(it.features[:1]).tolist()
    return auroc(sure["asked"], sure["near"])


def main() -> None:
    """Learn, print, and store if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true", help="replace the shipped calibration")
    write = parser.parse_known_args()[0].write
    every = [
        lesson
        for name in (*BASES, *CROWDED)
        for few in ((True, False) if name in BASES else (False,))
        for answers in ((True, False) if any(item["answer"] for item in load(name)) else (False,))
        for lesson in lessons(name, few=few, answers=answers)
    ]
    for domain in dict.fromkeys(DOMAINS.values()):
        shares = "  ".join(f"{level} {separation(every, domain, level):.3f}" for level in LEVELS)
        print(f"{domain}, learnt on the others: AUROC {shares}")
    for name in ARTICLES:
        print(f"{name}, holding learnt on the others: AUROC {withheld(name):.3f}")
    learnt = taught(every, held(ARTICLES))
    print(f"{len(every)} examples; slope {learnt.slope:.2f}, offset {learnt.offset:.2f}")
    if write:
        TARGET.write_text(learnt.to_json() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
