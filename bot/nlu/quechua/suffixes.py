"""The suffixes of Southern Quechua as a slot grammar: Chanka, Cuzco-Collao and informal forms side by side.

Sources: suffix inventory of the project's Quechua fact sheet (from reference grammars of Chanka and Cuzco-Collao and
counted in open texts). A state says what stands to the left of a suffix; each suffix leads from some states to one.

V verb stem, O after object, A after aspect, T after tense, P after person, S after -pti, N nominal stem,
PO after possessive, PL after plural, CS after case, C closed (only clitics follow), X particle, K after a clitic.
"""

from __future__ import annotations

from dataclasses import dataclass

START_OF = {"v": ("V",), "n": ("N",), "nv": ("V", "N"), "p": ("X",)}
FINAL_STATES = ("N", "PO", "PL", "CS", "P", "T", "C", "X", "K")


@dataclass(frozen=True)
class Suffix:
    """One form of one suffix. name: the canonical (Chanka) form under which all its variants are listed."""

    form: str
    name: str
    sources: tuple[str, ...]
    target: str


def _suffixes(target: str, sources: str, table: str) -> list[Suffix]:
    """table: 'name=form,form; name' – a name without '=' is its own only form."""
    rows = []
    for entry in filter(None, (part.strip() for part in table.split(";"))):
        name, _, forms = entry.partition("=")
        rows += [Suffix(form, name, tuple(sources.split()), target) for form in (forms or name).split(",")]
    return rows


_CLITIC_HOSTS = "N PO PL CS P T C X K"

SUFFIXES: tuple[Suffix, ...] = tuple(
    # Derivation of verbs; -ku and -rqu are -ka and -rqa before -mu, -pu, -chi.
    _suffixes(
        "V",
        "V",
        "chi; ku=ku,ka; naku=naku,naka; pu=pu,pa; kapu; mu; yku=yku,yka,yu,yku; rqu=rqu,rqa,ru,ra,rku,rka; ri;"
        "ysi=ysi,schi; naya; paya; paku; raya; ykacha=ykacha,kacha; ymana; rpari=rpari; tiya; lla",
    )
    + _suffixes("O", "V A T", "wa; su")
    + _suffixes("A", "V O", "chka=chka,sha,sya,shia,siya,ska,shka,chika,sa")
    + _suffixes("T", "V O A", "rqa=rqa,ra,rka; sqa=sqa,ska,sha")
    + _suffixes(
        "P",
        "V O A T",
        "ni; nki; n; nchik=nchik,nchis,nchiq,nchi; niku; yku; nkichik=nkichik,nkichis; nku; q; qku;"
        "saq=saq,sak,sah; nqa=nqa,nka,nga; sun=sun,sunchik,sunchis; saqku; nqaku;"
        "yman; waq; nkiman; nman; chwan=chwan,nchikman,nchisman,swan,sunman; waqchik=waqchik,waqchis,nkichikman;"
        "nmanku; ykuman; y; ychik=ychik,ychis; chun; chunku; yki; ykichik=ykichik,ykichis; sayki=sayki,sqayki",
    )
    + _suffixes("N", "V O A", "y; q; sqa; na")
    + _suffixes("S", "V O A", "pti=pti,qti,kti")
    + _suffixes("C", "S", "y; yki; n; nchik=nchik,nchis; yku; ykichik=ykichik,ykichis; nku")
    + _suffixes("C", "V O A", "spa=spa,shpa; stin")
    # Derivation of nominals, and verbs made from nominals.
    + _suffixes("N", "N PO", "cha; lla; yuq=yuq,niyuq; sapa; chaq; ntin=ntin,nintin; naq=naq,nnaq; su")
    + _suffixes("V", "N", "ya; cha; lli; naya")
    + _suffixes(
        "PO",
        "N",
        "y=y,niy; yki=yki,ki,niyki,niki; n=n,nin; nchik=nchik,nchis,ninchik,ninchis; yku=yku,niyku;"
        "ykichik=ykichik,ykichis,niykichik,niykichis; nku=nku,ninku",
    )
    + _suffixes("PL", "N PO", "kuna")
    + _suffixes(
        "CS",
        "N PO PL CS X",
        "ta; man; manta; pi; wan; paq=paq,pak; pa; kama; rayku=rayku,layku; nta; niq; pura; hina; p; q",
    )
    + _suffixes("CS", "CS", "lla")
    + _suffixes("PL", "PL", "lla")
    + _suffixes("P", "P", "lla")
    + _suffixes("C", "C", "lla")
    + _suffixes("X", "X", "lla")
    + _suffixes("A", "A", "lla")
    + _suffixes(
        "K",
        _CLITIC_HOSTS,
        "puni; pas=pas,pis; raq; ña; taq; chu; m=m,mi,min; n; s=s,si,sis; cha=ch,cha,chiki; qa=qa,ka; ri; iki=iki,riki;"
        "ya; ma; wa; suna",
    )
)
