"""Names and abbreviations of states that ISO 3166-2 does not have.

An abbreviation that begins only one name needs no entry. United States: GPO Style Manual, chapter 9; USPS Publication
28; press style and traditional ones. Canada: Canada Post's in both languages, current and former. Mexico: INEGI's and
everyday ones.
"""

from typing import Final

ARMED_FORCES: Final = {"AA": "Armed Forces Americas", "AE": "Armed Forces Europe", "AP": "Armed Forces Pacific"}
"""In military addresses of the United States, in place of a state (USPS Publication 28, section 225)."""

ALSO_CALLED: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "US": {
        "AK": ("Alsk.",),
        "AL": ("Ala.",),
        "CA": ("Calif.",),
        "CT": ("Conn.", "Ct."),
        "DC": ("Washington, D.C.", "Washington, District of Columbia", "Wash., D.C."),
        "FL": ("Fla.",),
        "GA": ("Geo.",),
        "HI": ("Hawaiian Islands", "Haw."),
        "IL": ("Ills.",),
        "IA": ("Ioa.",),
        "KS": ("Kans.", "Kan."),
        "KY": ("Ken.", "Kent."),
        "LA": ("Lou.",),
        "MA": ("Mass.",),
        "ME": ("Me.",),
        "MN": ("Minn.",),
        "MO": ("Miso.",),
        "MP": ("CNMI", "Commonwealth of the Northern Mariana Islands"),
        "MS": ("Miss.",),
        "NC": ("N. Car.",),
        "NH": ("N. Hamp.",),
        "NJ": ("N. Jers.",),
        "OK": ("Okla.",),
        "OR": ("Oreg.", "Ore."),
        "PA": ("Penna.", "Penn.", "Pa."),
        "PR": ("P. Rico",),
        "TN": ("Tenn.",),
        "UM": ("US Minor Outlying Islands", "US Outlying Islands"),
        "VI": ("US Virgin Islands", "USVI", "Virgin Islands"),
        "VT": ("Ver.",),
        "WA": ("Wash.", "Wn."),
        "WI": ("Wisc.", "Wis."),
        "WV": ("W. Va.", "West Va.", "W. Virg."),
    },
    "CA": {
        "AB": ("Alta.", "Alb."),
        "BC": ("C.-B.", "Br. Col."),
        "NL": ("Nfld.", "NF", "NFL", "Nfld. & Lab.", "Nfld. and Labrador", "LB", "Lab.", "T.-N.-L.", "T.-N."),
        "NS": ("N.-É.",),
        "NT": ("NWT", "T.N.-O.", "N.W. Terr.", "Northwest Territory"),
        "NU": ("Nvt.",),
        "PE": ("PEI", "Î.-P.-É.", "P.E. Island"),
        "QC": ("PQ", "Que.", "Qbc."),
        "YT": ("Yn", "YK", "Yuk.", "Territoire du Yukon"),
    },
    "MX": {
        "AGU": ("Aguas",),
        "BCN": ("Baja California Norte", "B.C. Norte"),
        "BCS": ("B.C. Sur",),
        "CMX": (
            "Mexico City",
            "Distrito Federal",
            "DF",
            "México, D.F.",
            "Mexico, Distrito Federal",
            "Cd. de México",
            "Cd. Méx.",
            "Cd. Mx.",
        ),
        "MEX": ("Estado de México", "Edo. de México", "Edomex", "Est. de México", "E. de México"),
        "NLE": ("N. León",),
        "QUE": ("Querétaro de Arteaga", "Quer."),
        "ROO": ("Q. Roo", "Qroo", "Quin. Roo"),
        "SLP": ("S.L. Potosí", "S. Luis Potosí"),
        "TAM": ("Tamps.",),
        "VER": ("Veracruz-Llave",),
    },
}
"""Names by country and code."""

IN_FULL: Final = ("Washington, D.C.", "Washington, District of Columbia")
"""Without these, a beginning of Washington, the state, would be ambiguous."""

FORMS: Final = frozenset({"state", "province", "territory", "commonwealth", "estado", "provincia"})
"""Words before or after a state's name: ``State of Maine``, ``Yukon Territory``."""

VAGUE: Final = frozenset(
    {
        "americas",
        "city",
        "europe",
        "federal",
        "island",
        "islands",
        "mexico",
        "minor",
        "norte",
        "outlying",
        "pacific",
        "states",
        "sur",
        "territories",
    }
)
"""Words that alone mean no state, or a state of another country."""
