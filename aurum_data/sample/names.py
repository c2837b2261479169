"""Invented people and streets: common names of the city's communities, plausible streets by borough."""

from __future__ import annotations

from typing import NamedTuple

from aurum_data.rules.geography import Borough


class Community(NamedTuple):
    """Names that go together; `spanish` is the share that would rather speak Spanish."""

    weight: float
    first: tuple[str, ...]
    last: tuple[str, ...]
    spanish: float = 0.0


def _community(weight: float, first: str, last: str, spanish: float = 0.0) -> Community:
    return Community(weight, tuple(first.split()), tuple(last.split("|")), spanish)


COMMUNITIES = (
    _community(
        0.26,
        "Maria Jose Carmen Luis Ana Carlos Rosa Miguel Elena Rafael Yolanda Hector Luz Angel Milagros Victor "
        "Altagracia Ramon Ivette Wilfredo",
        "Rodriguez|Garcia|Martinez|Rivera|Perez|Santos|Torres|Cruz|Diaz|Reyes|Morales|Ortiz|Vargas|Jimenez|"
        "De la Cruz|Castillo|Guzman|Mendez|Acosta|Polanco",
        spanish=0.34,
    ),
    _community(
        0.20,
        "James Denise Michael Keisha Anthony Tanya Marcus Yvonne Andre Simone Trevor Camille Winston Nadine "
        "Dwayne Monique Errol Shanice Clive Beverly",
        "Williams|Johnson|Brown|Campbell|Joseph|Thompson|Baptiste|Charles|Grant|Clarke|Bailey|Pierre|Francis|"
        "Gordon|Edwards|Phillips|Lewis|Stewart|Alleyne|Morgan",
    ),
    _community(
        0.17,
        "Anthony Theresa Joseph Donna Vincent Maria Frank Angela John Patricia Dominic Rosemarie Kevin Maureen "
        "Brian Kathleen Thomas Eileen Sean Nicole",
        "Russo|Esposito|Romano|Murphy|Ryan|O'Brien|Gallo|Marino|Kelly|Sullivan|De Luca|Conti|Walsh|McCarthy|"
        "Rizzo|Bruno|Lombardi|Quinn|Costello|Ferraro",
    ),
    _community(
        0.13,
        "Wei Mei David Li Jenny Kevin Xiu Amy Jian Helen Ming Grace Hui Peter Yan Susan Feng Linda Jun Annie",
        "Chen|Wang|Li|Zhang|Lin|Huang|Wu|Liu|Zheng|Chan|Wong|Lee|Ng|Kim|Park|Choi|Cheung|Lam|Tang|Jiang",
    ),
    _community(
        0.10,
        "Mohammed Fatima Rahul Priya Abdul Nasreen Harpreet Anjali Imran Shabnam Arjun Sunita Tariq Rukhsana "
        "Gurpreet Deepa Kamal Farhana Vikram Ayesha",
        "Rahman|Singh|Khan|Ahmed|Patel|Islam|Hossain|Kaur|Chowdhury|Begum|Shah|Ali|Uddin|Sharma|Akter|Malik|"
        "Hussain|Persaud|Mohammed|Das",
    ),
    _community(
        0.14,
        "David Rachel Daniel Olga Sergey Irina Jacob Svetlana Alexander Natalia Samuel Miriam Konstantinos "
        "Eleni Piotr Agnieszka Dmitri Esther Igor Tamara",
        "Cohen|Levy|Goldberg|Friedman|Katz|Petrov|Ivanova|Shapiro|Kaplan|Weiss|Papadopoulos|Nowak|Kowalski|"
        "Rosen|Klein|Volkov|Abramov|Stein|Pappas|Zielinski",
    ),
)  # fmt: skip

STREETS: dict[Borough, tuple[str, ...]] = {
    Borough.MANHATTAN: (
        "W 139th St", "W 147th St", "E 118th St", "E 124th St", "Convent Ave", "St Nicholas Ave", "W 112th St",
        "Amsterdam Ave", "Hamilton Ter", "Edgecombe Ave", "W 87th St", "E 78th St", "Bank St", "Perry St",
        "E 7th St", "Sylvan Ter", "W 122nd St", "Manhattan Ave", "Jumel Ter", "E 93rd St",
    ),
    Borough.BRONX: (
        "Throggs Neck Blvd", "Crosby Ave", "Edison Ave", "Hollywood Ave", "Mayflower Ave", "Pilgrim Ave",
        "E 233rd St", "E 222nd St", "Bronxwood Ave", "Paulding Ave", "Barnes Ave", "Fieldston Rd", "Independence Ave",
        "Netherland Ave", "City Island Ave", "Revere Ave", "Morris Park Ave", "Hone Ave", "Seymour Ave",
        "Waring Ave",
    ),
    Borough.BROOKLYN: (
        "E 18th St", "E 23rd St", "E 52nd St", "E 91st St", "Bay 29th St", "81st St", "73rd St", "Ovington Ave",
        "Ridge Blvd", "Marlborough Rd", "Rugby Rd", "Halsey St", "Macon St", "Jefferson Ave", "Putnam Ave",
        "Decatur St", "Bainbridge St", "11th St", "5th Ave", "Avenue J", "Avenue N", "Ocean Pkwy", "Flatlands Ave",
        "Remsen Ave", "Windsor Pl", "Sterling Pl",
    ),
    Borough.QUEENS: (
        "Kissena Blvd", "Parsons Blvd", "164th St", "188th St", "Union Tpke", "73rd Ave", "41st Ave", "35th Ave",
        "Ditmars Blvd", "31st St", "46th St", "Linden Blvd", "Farmers Blvd", "Merrick Blvd", "111th Ave",
        "Liberty Ave", "104th St", "Woodhaven Blvd", "Metropolitan Ave", "Bell Blvd", "Francis Lewis Blvd",
        "Northern Blvd", "Hillside Ave", "Jamaica Ave", "Beach 92nd St", "Rockaway Beach Blvd",
    ),
    Borough.STATEN_ISLAND: (
        "Hylan Blvd", "Amboy Rd", "Richmond Ave", "Arthur Kill Rd", "Forest Ave", "Victory Blvd", "Manor Rd",
        "Bradley Ave", "Rossville Ave", "Huguenot Ave", "Woodrow Rd", "Clove Rd", "Todt Hill Rd", "Bay St",
        "Castleton Ave", "Lamberts Ln", "Willowbrook Rd", "Annadale Rd", "Giffords Ln", "Nelson Ave",
    ),
}  # fmt: skip

# Postal city names of Queens go by the first digits of the ZIP code.
QUEENS_CITIES = {
    "110": "Floral Park", "111": "Long Island City", "113": "Flushing", "114": "Jamaica", "116": "Far Rockaway",
}  # fmt: skip

NEW_YORK_CITY_CODES = ("718", "917", "347", "646", "929", "212", "332")
NEARBY_CODES = ("516", "631", "914", "845", "201", "551", "732", "908", "973", "862", "203", "475")
FAR_CODES = (
    "205", "206", "207", "208", "209", "210", "213", "214", "215", "216", "217", "218", "219", "224", "225",
    "228", "229", "231", "234", "239", "240", "248", "251", "252", "253", "254", "256", "260", "262", "267",
    "269", "270", "276", "281", "301", "302", "303", "304", "305", "307", "308", "309", "310", "312", "313",
    "314", "315", "316", "317", "318", "319", "320", "321", "323", "325", "330", "334", "336", "337", "339",
    "352", "360", "361", "386", "401", "402", "404", "405", "406", "407", "408", "409", "410", "412", "413",
    "414", "415", "417", "419", "423", "424", "425", "432", "434", "435", "440", "443", "469", "478", "479",
    "480", "484", "501", "502", "503", "504", "505", "507", "508", "509", "510", "512", "513", "515",
)  # fmt: skip
LINES_PER_CODE = 10_000  # of one exchange
_STRIDE = 7_368_787  # prime, so that it walks through every number of a pool


def phone_number(index: int) -> str:
    """The phone number (E.164) of the lead with this index: the 555 exchange of real area codes, never twice.

    Eight of ten have a New York City code as long as these last.
    """
    tens, digit = divmod(index, 10)
    city = tens * 8 + digit
    if digit < 8 and city < len(NEW_YORK_CITY_CODES) * LINES_PER_CODE:
        return _number(NEW_YORK_CITY_CODES, city)
    if digit >= 8 and (near := tens * 2 + digit - 8) < len(NEARBY_CODES) * LINES_PER_CODE:
        return _number(NEARBY_CODES, near)
    return _number(FAR_CODES, index)


def _number(codes: tuple[str, ...], index: int) -> str:
    code, line = divmod(index * _STRIDE % (len(codes) * LINES_PER_CODE), LINES_PER_CODE)
    return f"+1{codes[code]}555{line:04d}"
