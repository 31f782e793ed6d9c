"""Names of countries that ISO 3166-1 does not have.

Everyday names; the English names of the Unicode CLDR, the United Nations (M49) and the World Bank; and native names
in Latin letters.
"""

from typing import Final

ALSO_CALLED: Final[dict[str, tuple[str, ...]]] = {
    "AE": ("UAE", "Emirates"),
    "AL": ("Shqipëria",),
    "AT": ("Österreich",),
    "AX": ("Åland",),
    "BA": ("Bosnia", "BiH"),
    "BE": ("Belgique", "België", "Belgien"),
    "BN": ("Brunei",),
    "BQ": ("Caribbean Netherlands", "Bonaire", "Saba", "Sint Eustatius"),
    "BR": ("Brasil",),
    "BY": ("Byelorussia", "Belorussia"),
    "CC": ("Cocos Islands", "Keeling Islands"),
    "CD": ("DRC", "DR Congo", "Congo (DRC)", "Congo-Kinshasa", "Democratic Republic of the Congo", "Zaire"),
    "CF": ("CAR",),
    "CG": ("Congo-Brazzaville",),
    "CH": ("Schweiz", "Suisse", "Svizzera"),
    "CI": ("Ivory Coast", "Côte d Ivoire"),
    "CM": ("Cameroun",),
    "CN": ("PRC", "PR China", "Mainland China", "China (Mainland)"),
    "CV": ("Cape Verde",),
    "CZ": ("Česko",),
    "DE": ("Deutschland",),
    "DK": ("Danmark",),
    "DO": ("República Dominicana",),
    "DZ": ("Algérie",),
    "EE": ("Eesti",),
    "ES": ("España", "Canary Islands"),
    "FI": ("Suomi",),
    "FK": ("Falkland Islands", "Falklands", "Islas Malvinas"),
    "FM": ("Micronesia", "Micronesia, Fed. Sts."),
    "FO": ("Faeroe Islands", "Faroes"),
    "GB": (
        "UK",
        "Britain",
        "Great Britain",
        "Gt. Britain",
        "England",
        "Scotland",
        "Wales",
        "Northern Ireland",
        "United Kingdom of Great Britain",
    ),
    "GF": ("French Guyana",),
    "GG": ("Alderney", "Sark"),
    "GL": ("Kalaallit Nunaat",),
    "GR": ("Hellas",),
    "GS": ("South Georgia",),
    "HK": ("Hong Kong SAR", "HKSAR"),
    "HM": ("Heard and McDonald Islands",),
    "HR": ("Hrvatska",),
    "HU": ("Magyarország",),
    "IE": ("Éire", "Irish Republic"),
    "IN": ("Bharat",),
    "IO": ("Chagos Archipelago", "Chagos Islands"),
    "IR": ("Persia",),
    "IS": ("Ísland",),
    "IT": ("Italia",),
    "JP": ("Nippon", "Nihon"),
    "KH": ("Kampuchea",),
    "KN": ("Saint Kitts", "Nevis"),
    "KP": ("DPRK", "Korea, North"),
    "KR": ("ROK", "Korea, South"),
    "LA": ("Lao PDR",),
    "LK": ("Ceylon",),
    "LT": ("Lietuva",),
    "LV": ("Latvija",),
    "MA": ("Maroc",),
    "MD": ("Moldavia",),
    "MF": ("Saint Martin",),
    "MK": ("Macedonia", "FYROM", "Former Yugoslav Republic of Macedonia"),
    "MM": ("Burma",),
    "MO": ("Macau", "Macao SAR", "Macau SAR"),
    "MP": ("CNMI",),
    "NL": ("Holland", "Nederland"),
    "NO": ("Norge",),
    "NZ": ("Aotearoa",),
    "PF": ("Tahiti",),
    "PH": ("Pilipinas",),
    "PL": ("Polska",),
    "PN": ("Pitcairn Islands",),
    "PS": (
        "Palestine",
        "Palestinian Territories",
        "Palestinian Territory",
        "Occupied Palestinian Territory",
        "West Bank",
        "Gaza",
        "Gaza Strip",
        "West Bank and Gaza",
    ),
    "PT": ("Azores", "Madeira"),
    "RU": ("Russia",),
    "SA": ("KSA",),
    "SE": ("Sverige",),
    "SH": ("Saint Helena", "Ascension Island", "Tristan da Cunha"),
    "SI": ("Slovenija",),
    "SJ": ("Svalbard", "Svalbard and Jan Mayen Islands"),
    "SK": ("Slovensko",),
    "SX": ("Sint Maarten", "Saint Maarten"),
    "SY": ("Syria",),
    "SZ": ("Swaziland",),
    "TF": ("French Southern and Antarctic Lands",),
    "TL": ("East Timor",),
    "TN": ("Tunisie",),
    "TR": ("Turkey",),
    "TW": ("Taiwan, ROC", "Republic of China", "China, Republic of", "Taiwan, China", "China, Taiwan Province of"),
    "TZ": ("Zanzibar",),
    "UM": ("US Minor Outlying Islands", "US Outlying Islands"),
    "US": ("America",),
    "VA": ("Vatican City", "Vatican", "Holy See"),
    "VC": ("Saint Vincent",),
    "VE": ("Venezuela, RB",),
    "VG": ("BVI", "Virgin Islands (UK)"),
    "VI": ("USVI", "US Virgin Islands", "United States Virgin Islands"),
    "WF": ("Wallis and Futuna Islands",),
    "WS": ("Western Samoa",),
    "ZA": ("RSA",),
}
"""Names by code. Without its entry, America would match American Samoa."""

NAMED_HERE: Final = {"CG": "Congo, Republic of the", "XK": "Kosovo"}
"""Congo alone may be either of two. Kosovo has no code in ISO 3166-1; this one is from the range left to users, and all
the data here uses it."""

ALPHA_3: Final = {"XK": "XKX"}
"""The same for its three-letter code."""

MEANS_SEVERAL: Final = frozenset({"congo"})
"""ISO's short name for one of two countries."""

IN_FULL: Final = (
    *("United States Minor Outlying Islands", "United States Virgin Islands"),
    *("Canary Islands", "Madeira", "Chagos Archipelago", "Chagos Islands", "Tristan da Cunha", "Slovensko"),
    *("Bolivarian Republic of Venezuela", "China, Republic of", "China, Taiwan Province of"),
)
"""Without these, a beginning of United States, Canada or China would be ambiguous."""

_TERRITORIES = {
    "AU": "CC CX HM NF",
    "CN": "HK MO",
    "DK": "FO GL",
    "FI": "AX",
    "FR": "BL GF GP MF MQ NC PF PM RE TF WF YT",
    "GB": "AI BM FK GG GI GS IM IO JE KY MS PN SH TC VG",
    "NL": "AW BQ CW SX",
    "NO": "BV SJ",
    "NZ": "CK NU TK",
    "US": "AS GU MP PR UM VI",
}
PART_OF: Final = {part: whole for whole, parts in _TERRITORIES.items() for part in parts.split()}
"""The country that a territory belongs to or is associated with, which people write after its name."""

FORMS: Final = frozenset(
    {
        "republic",
        "kingdom",
        "commonwealth",
        "federation",
        "federal",
        "federated",
        "federative",
        "union",
        "principality",
        "sultanate",
        "islamic",
        "arab",
        "democratic",
        "socialist",
        "people",
        "peoples",
    }
)
"""Forms of government in names such as ``Kingdom of Spain``. Not ``State of``: the State of Georgia is no country."""

VAGUE: Final = frozenset(
    {
        "african",
        "american",
        "british",
        "caribbean",
        "dutch",
        "indian",
        "bank",
        "cape",
        "central",
        "city",
        "coast",
        "duchy",
        "eastern",
        "former",
        "grand",
        "great",
        "island",
        "islands",
        "lands",
        "mainland",
        "minor",
        "northern",
        "occupied",
        "ocean",
        "outlying",
        "part",
        "province",
        "sar",
        "see",
        "southern",
        "strip",
        "territories",
        "territory",
        "western",
    }
)
"""Nationalities that belong to other countries, and words in the names of many places."""
