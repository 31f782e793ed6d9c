"""Labels that people copy along with a number: ``I.R.S. No.:``, ``Tel. #``, ``D-U-N-S® Number``."""

import re
import unicodedata
from functools import lru_cache

COUNTED = "number numbers no nos nr nbr num n"
"""How labels write *number*, besides ``#`` and ``№``."""


@lru_cache
def _compile_words(words: str, acronyms: str) -> re.Pattern[str]:
    word = "|".join((*words.split(), *(" ?".join(acronym) for acronym in acronyms.split())))
    return re.compile(rf"(?:the |an? )?(?:{word})(?: (?:or |and |the )?(?:{word}))*(?: is)?")


def is_label(text: str, words: str, acronyms: str = "") -> bool:
    """Whether a text consists only of these words, an article and what joins words.

    Dots or spaces may separate an acronym's letters: ``EIN``, ``E.I.N.``, ``E I N``.
    """
    plain = re.sub(r"['\u2019]", "", unicodedata.normalize("NFKC", text).lower())
    parted = " ".join(re.findall(r"[^\W_]+", plain))
    return not parted or _compile_words(words, acronyms).fullmatch(parted) is not None
