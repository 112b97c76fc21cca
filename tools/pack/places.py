"""places.csv: the three countries and their departments, and what else the data names.

Departments carry the place of their capital, area, and residents in 2010: the latest census or
projection by department, scaled to the country's residents of 2010. Mexican states stand on the
route; the US states are those where most nationals of the three live.
"""

from figures import COUNTRIES, read_table, write_table

COLUMNS = ("code", "element", "name_en", "name_es", "kind", "parent", "latitude", "longitude",
           "area_km2", "population_2010", "source_id", "status")
NAMES = {"GT": ("Guatemala", "Guatemala", "Guatemala"), "HN": ("Honduras", "Honduras", "Honduras"),
         "SV": ("El_Salvador", "El Salvador", "El Salvador"),
         "MX": ("Mexico", "Mexico", "México"),
         "US": ("United_States", "United States", "Estados Unidos"),
         "CO": ("Colombia", "Colombia", "Colombia")}
CAPITALS = {"GT": (14.64072, -90.51327), "HN": (14.0818, -87.20681), "SV": (13.68935, -89.18718),
            "MX": (19.42847, -99.12766), "US": (38.89511, -77.03637), "CO": (4.60971, -74.08175)}
# code, English, Spanish, place that stands for it
STATES = (("MX-CHP", "Chiapas", "Chiapas", 16.75357, -93.11578),
          ("MX-TAB", "Tabasco", "Tabasco", 17.98625, -92.93928),
          ("MX-OAX", "Oaxaca", "Oaxaca", 17.06025, -96.72544),
          ("MX-VER", "Veracruz", "Veracruz", 19.18095, -96.1429),
          ("MX-PUE", "Puebla", "Puebla", 19.04778, -98.20723),
          ("MX-CMX", "Mexico City", "Ciudad de México", 19.42847, -99.12766),
          ("MX-MEX", "State of Mexico", "Estado de México", 19.82819, -99.2037),
          ("MX-QUE", "Queretaro", "Querétaro", 20.58806, -100.38806),
          ("MX-GUA", "Guanajuato", "Guanajuato", 20.671, -101.35577),
          ("MX-SLP", "San Luis Potosi", "San Luis Potosí", 22.15234, -100.97135),
          ("MX-COA", "Coahuila", "Coahuila", 25.42595, -100.97963),
          ("MX-NLE", "Nuevo Leon", "Nuevo León", 25.68435, -100.31721),
          ("MX-TAM", "Tamaulipas", "Tamaulipas", 23.74061, -99.14364),
          ("MX-CHH", "Chihuahua", "Chihuahua", 28.63528, -106.08889),
          ("MX-JAL", "Jalisco", "Jalisco", 20.67738, -103.34749),
          ("MX-NAY", "Nayarit", "Nayarit", 21.50733, -104.89332),
          ("MX-SIN", "Sinaloa", "Sinaloa", 24.80209, -107.39421),
          ("MX-SON", "Sonora", "Sonora", 29.08874, -110.96677),
          ("MX-BCN", "Baja California", "Baja California", 32.62781, -115.45446),
          ("US-CA", "California", "California", 34.05223, -118.24368),
          ("US-TX", "Texas", "Texas", 29.76328, -95.36327),
          ("US-FL", "Florida", "Florida", 25.77427, -80.19366),
          ("US-NY", "New York", "Nueva York", 40.71427, -74.00597),
          ("US-MD", "Maryland", "Maryland", 38.99067, -77.02609),
          ("US-VA", "Virginia", "Virginia", 38.88101, -77.10428),
          ("US-NJ", "New Jersey", "Nueva Jersey", 40.73566, -74.17237),
          ("US-NC", "North Carolina", "Carolina del Norte", 35.22709, -80.84313),
          ("US-GA", "Georgia", "Georgia", 33.749, -84.38798),
          ("US-MA", "Massachusetts", "Massachusetts", 42.35843, -71.05977),
          ("US-LA", "Louisiana", "Luisiana", 29.95465, -90.07507),
          ("US-AZ", "Arizona", "Arizona", 33.44838, -112.07404))

# Groups of countries that figures and events speak of: code, English, Spanish, Guatemala City.
REGIONS = (("NTCA", "Northern Triangle", "Triángulo Norte", 14.64072, -90.51327),
           ("CA7", "Central America", "Centroamérica", 14.64072, -90.51327))


def residents_2010(figures, department):
    return figures.pick("population_department_scaled", department, "all", "2010")


def build(figures, pack):
    departments = read_table(figures.folder / "departments.csv")
    rows = []
    for code in COUNTRIES + ("MX", "US", "CO"):
        element, english, spanish = NAMES[code]
        persons = figures.pick("population", code, "all", "2010")
        rows.append({"code": code, "element": element, "name_en": english, "name_es": spanish,
                     "kind": "country", "latitude": CAPITALS[code][0],
                     "longitude": CAPITALS[code][1],
                     "population_2010": int(float(persons["value"])) if persons else "",
                     "source_id": "geonames;wb-pop" if persons else "geonames", "status": "seen"})
    for row in departments:
        persons = residents_2010(figures, row["place"])
        rows.append({"code": row["place"], "element": row["place"].replace("-", "_"),
                     "name_en": row["name"], "name_es": row["name"], "kind": "department",
                     "parent": row["country"], "latitude": row["capital_lat"],
                     "longitude": row["capital_lon"], "area_km2": row["area_km2"],
                     "population_2010": int(float(persons["value"])),
                     "source_id": f"{row['source_id']};{persons['source_id']}",
                     "status": "derived"})
    for code, english, spanish, latitude, longitude in STATES:
        rows.append({"code": code, "element": code.replace("-", "_"), "name_en": english,
                     "name_es": spanish, "kind": "state", "parent": code[:2],
                     "latitude": latitude, "longitude": longitude, "source_id": "geonames",
                     "status": "seen"})
    for code, english, spanish, latitude, longitude in REGIONS:
        rows.append({"code": code, "element": code, "name_en": english, "name_es": spanish,
                     "kind": "region", "latitude": latitude, "longitude": longitude,
                     "source_id": "geonames", "status": "seen"})
    write_table(pack / "places.csv", COLUMNS, rows)
