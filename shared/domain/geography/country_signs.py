"""Country prefixes of postal codes: ``D-10115``, ``FIN-00100``, ``SE 114 55``."""

import functools
from typing import Final

import pycountry

from shared.domain.geography.country_names import PART_OF

ON_VEHICLES: Final = {
    "AF": "AFG",
    "AD": "AND",
    "AR": "RA",
    "AT": "A",
    "AU": "AUS",
    "BA": "BIH",
    "BB": "BDS",
    "BE": "B",
    "BN": "BRU",
    "CA": "CDN",
    "CL": "RCH",
    "CU": "C",
    "DE": "D",
    "DO": "DOM",
    "EE": "EST",
    "EG": "ET",
    "ES": "E",
    "ET": "ETH",
    "FI": "FIN SF",
    "FO": "FR",
    "FR": "F",
    "GB": "UK",
    "GG": "GBG",
    "GI": "GBZ",
    "GN": "RG",
    "GT": "GCA",
    "HT": "RH",
    "HU": "H",
    "ID": "RI",
    "IE": "IRL",
    "IM": "GBM",
    "IN": "IND",
    "IT": "I",
    "JE": "GBJ",
    "JO": "HKJ",
    "JP": "J",
    "KE": "EAK",
    "KG": "KS",
    "KH": "K",
    "KR": "ROK",
    "KW": "KWT",
    "LB": "RL",
    "LI": "FL",
    "LK": "CL",
    "LR": "LB",
    "LU": "L",
    "MG": "RM",
    "MM": "BUR",
    "MN": "MGL",
    "MT": "M",
    "MU": "MS",
    "MX": "MEX",
    "MY": "MAL",
    "MZ": "MOC",
    "NE": "RN",
    "NG": "WAN",
    "NI": "NIC",
    "NO": "N",
    "PG": "PNG",
    "PH": "RP",
    "PT": "P",
    "RS": "SRB",
    "RU": "RUS",
    "SD": "SUD",
    "SE": "S",
    "SI": "SLO",
    "SM": "RSM",
    "SV": "ES",
    "SZ": "SD",
    "TH": "T",
    "TW": "RC",
    "TZ": "EAT",
    "US": "USA",
    "UY": "ROU",
    "VA": "V SCV",
    "VC": "WV",
    "VE": "YV",
    "XK": "RKS KS XKX",
    "ZM": "Z",
}
"""Vehicle signs that differ from ISO 3166-1's two letters (Convention on Road Traffic, 1968, and earlier ones)."""


@functools.cache
def list_signs(country: str) -> tuple[str, ...]:
    """The signs of a country and of the country that it belongs to, longest first."""
    found: set[str] = set()
    for code in filter(None, (country, PART_OF.get(country))):
        entry = pycountry.countries.get(alpha_2=code)
        found |= {code, *ON_VEHICLES.get(code, "").split(), *([entry.alpha_3] if entry else ())}
    return tuple(sorted(found, key=lambda sign: (-len(sign), sign)))
