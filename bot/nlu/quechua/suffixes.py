"""The suffixes of Southern Quechua as a slot grammar: Chanka, Cuzco-Collao and informal forms side by side.

Sources: suffix inventory of the project's Quechua fact sheet (from reference grammars of Chanka and Cuzco-Collao and
counted in open texts). A state says what stands to the left of a suffix; each suffix leads from some states to one.

V verb stem, O after object, A after aspect, T after tense, P after person, S after -pti, SP after -spa, N nominal stem,
PO after possessive, PL after plural, CS after case, C closed (only clitics follow), X particle,
K after a clitic, E after an evidential, L at the end.
"""

from __future__ import annotations

from dataclasses import dataclass

START_OF = {"v": ("V",), "n": ("N",), "nv": ("V", "N"), "p": ("X",)}
CLITIC_HOSTS = ("N", "PO", "PL", "CS", "P", "T", "SP", "C", "X", "K")
FINAL_STATES = (*CLITIC_HOSTS, "E", "L")


@dataclass(frozen=True)
class Suffix:
    """One form of one suffix. name: the canonical (Chanka) form of all its variants; rarity: what reading it costs."""

    form: str
    name: str
    sources: tuple[str, ...]
    target: str
    rarity: float = 0.0


# A table entry is "name=form,form"; a name without "=" is its own only form. A form or name may end in "!" (seldom) or
# "!!" (very seldom): such a reading gives way to a plainer one.
_SELDOM = 1.5


def _suffixes(target: str, sources: str, table: str) -> list[Suffix]:
    rows = []
    for entry in filter(None, (part.strip() for part in table.split(";"))):
        name, _, forms = entry.partition("=")
        for form in (forms or name).split(","):
            plain = form.rstrip("!")
            rarity = _SELDOM * (len(form) - len(plain))
            rows.append(Suffix(plain, name.rstrip("!"), tuple(sources.split()), target, rarity))
    return rows


SUFFIXES: tuple[Suffix, ...] = tuple(
    # Derivation of verbs; -ku and -rqu are -ka and -rqa before -mu, -pu, -chi.
    _suffixes(
        "V",
        "V",
        "chi; ku=ku,ka!; naku=naku,naka; pu=pu,pa!!; kapu; kampu=kampu,kamu!; mpu; mu; yku=yku,yka,yu,ya!!;"
        "rqu=rqu,rqa!,ru,ra!,rku!,rka!!; ri; ysi=ysi,yshi,schi!; naya; paya; paku!; raya!; ykacha=ykacha,kacha!;"
        "ymana!; rpari; rpaya!; tiya!!; tamu; lla",
    )
    + _suffixes("O", "V A T", "wa; su")
    + _suffixes("A", "V O", "chka=chka,sha,sya,shia,siya,skya,ska!,shka,chika!,sa!!,cha!!")
    + _suffixes("T", "V O A", "rqa=rqa,ra,rka; sqa=sqa,ska,sha!!")
    + _suffixes(
        "P",
        "V O A T",
        "ni; nki; n; nchik=nchik,nchis,nchiq,nchi,nsis,nsi!,nchish; niku; yku;"
        "nkichik=nkichik,nkichis,nkichi,nkichiq; nku; q; qku; saq=saq,sak,sah; nqa=nqa,nka,nga,nja;"
        "sun=sun,sunchik,sunchis,sunchi,sunsis; saqku; nqaku;"
        "yman; waq; nkiman; nman; chwan=chwan,nchikman,nchisman,swan,sunman;"
        "waqchik=waqchik,waqchis,nkichikman,nkichisman;"
        "nmanku=nmanku,nkuman; ykuman=ykuman,nikuman; y; ychik=ychik,ychis,ychi; chun; chunku; yki=yki;"
        "ykichik=ykichik,ykichis,ykichi; sayki=sayki,sqayki; saykichik=saykichik,saykichis,sqaykichik;"
        "ykiku=ykiku,saykiku,sqaykiku",
    )
    + _suffixes("P", "T", "ku")
    + _suffixes("N", "V O A", "y; q; sqa=sqa,ska!; na")
    + _suffixes("S", "V O A", "pti=pti,qti,kti")
    + _suffixes("C", "S", "y; yki=yki,ki; n; nchik=nchik,nchis,nchi; yku; ykichik=ykichik,ykichis; nku")
    + _suffixes("SP", "V O A", "spa=spa,shpa")
    + _suffixes("C", "SP", "y; yki; n; nchik=nchik,nchis; yku; ykichik=ykichik,ykichis; nku")
    + _suffixes("C", "V O A", "stin")
    # Derivation of nominals, and verbs made from nominals.
    + _suffixes(
        "N",
        "N PO",
        "cha; lla; yuq=yuq,niyuq; sapa; chaq!; naq=naq,nnaq,ninnaq; niraq=niraq,niray; karay; kaq!",
    )
    + _suffixes("N", "N PO PL", "ntin=ntin,nintin")
    + _suffixes("N", "PL", "lla; yuq!; cha!")
    + _suffixes("V", "N", "ya!; cha!; ncha!; lli!!; naya!!")
    + _suffixes(
        "PO",
        "N PL",
        "y=y,niy,ñiy,i!!; yki=yki,ki!,niyki,niki,ñiki,ñiyki; n=n,nin,ñin;"
        "nchik=nchik,nchis,nchi,nchiq,nsis,nsi!,ninchik,ninchis,ninchi,ninsis,ninsi;"
        "yku=yku,niyku,ñiyku; ykichik=ykichik,ykichis,niykichik,niykichis; nku=nku,ninku,ñinku",
    )
    + _suffixes("PL", "N PO", "kuna=kuna,kona,s!!")
    + _suffixes(
        "CS",
        "N PO PL CS X",
        "ta; man; manta; pi; wan; paq=paq,pak,pah; pa; kama; rayku=rayku,layku; nta; niq; pura; hina; p!; q!; nka!!;"
        "tawan!; piwan; pacha!!",
    )
    + _suffixes("CS", "C", "rayku; hina; manta!; paq!; kama!")
    + _suffixes("CS", "CS", "lla")
    + _suffixes("P", "P", "lla!")
    + _suffixes("SP", "SP", "lla")
    + _suffixes("C", "C", "lla")
    + _suffixes("X", "X", "lla")
    + _suffixes("A", "A", "lla")
    # Clitics in their order: evidentials, topic and -ri close a word but for an emphatic.
    + _suffixes("K", " ".join(CLITIC_HOSTS), "puni=puni,pune; pas=pas,pis; raq; ña; taq; chu")
    + _suffixes(
        "E",
        " ".join(CLITIC_HOSTS),
        "m=m,mi,min; n; s=s!,si,sis; cha=ch!,cha,chiki,chus,chusina; qa=qa,ka!; ri; suna=suna,sina",
    )
    + _suffixes("L", " ".join((*CLITIC_HOSTS, "E")), "iki=iki,riki,ki!!; ya; ma!; mari; wa!")
)

PERSONS = {
    "1": ("ni", "saq", "yman"),
    "2": ("nki", "waq", "nkiman"),
    "3": ("n", "nqa", "nman", "chun", "sqa", "rqa"),
    "1+2": ("nchik", "sun", "chwan"),
    "1pl": ("niku", "yku", "saqku", "ykuman"),
    "2pl": ("nkichik", "waqchik", "ychik"),
    "3pl": ("nku", "nqaku", "nmanku", "chunku", "qku", "ku"),
    "1>2": ("yki", "sayki"),
    "1>2pl": ("ykichik", "saykichik"),
    "1pl>2": ("ykiku",),
}
PERSON_OF = {name: person for person, names in PERSONS.items() for name in names}
