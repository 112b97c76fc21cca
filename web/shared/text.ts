// Words and numbers in the reader's language. Words are rows of tables (key,en,es): strings.csv here
// for what the report and the app share, and one more that each adds.
import table from "./strings.csv?raw";
import { month_date, type Clock, type Text } from "./clock";
import { parse_csv } from "./csv";

export type Language = "en" | "es";
export const languages: Language[] = ["en", "es"];

const strings = new Map<string, Text>();

/** Adds a table of words; its first row is the heading. */
export function add_strings(csv: string): void {
  for (const [key, en, es] of parse_csv(csv).slice(1))
    strings.set(key, { en, es });
}
add_strings(table);

/** Keys that were asked for and are not in the table; the browser tests expect none. */
export const missing = new Set<string>();
let language: Language = "en";

/** The language that the address asks for: ?lang=es, as links to share have it. */
export function asked_language(): Language | undefined {
  const asked = new URLSearchParams(location.search).get("lang");
  return languages.find((x) => x === asked);
}
export function set_language(to: Language): void {
  language = to;
}
export function current_language(): Language {
  return language;
}
export function has_string(key: string): boolean {
  return strings.has(key);
}

/** What a gap is filled with: words; a number; or a number as it is to be written. */
export type Filling = string | number | readonly [number, string];

/** The text of `key`. {name} becomes `values.name`; of {name|one|many} the language's plural rules
 * take the first words or the second by that number, which stands where they have "#". */
export function t(key: string, values: Record<string, Filling> = {}): string {
  const found = strings.get(key)?.[language];
  if (!found) {
    missing.add(`${language}:${key}`);
    return key;
  }
  return found.replace(
    /\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g,
    (gap: string, name: string, one?: string, many?: string) => {
      const value = values[name];
      const [n, said] = Array.isArray(value)
        ? value
        : [value, typeof value === "number" ? count(value) : value];
      if (said === undefined || (one !== undefined && typeof n !== "number")) {
        missing.add(`${language}:${key}:${name}`);
        return gap;
      }
      if (one === undefined || many === undefined) return said;
      return (plurals().select(n) === "one" ? one : many).replace("#", said);
    },
  );
}

/** The pack's own text in the reader's language; the other language when one is empty. */
export function pick(text: Text | undefined): string {
  if (!text) return "";
  return text[language] || text.en || text.es;
}

/** As searches compare: small letters without accents, any space a plain one. */
export function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

const locale = () => (language === "es" ? "es-MX" : "en-US");

/** Making a formatter costs far more than using it, so each is made once. */
function kept<Options extends object, Made>(
  make: new (locale: string, options: Options) => Made,
): (options: Options) => Made {
  const made = new Map<string, Made>();
  return (options) => {
    const key = locale() + JSON.stringify(options);
    let found = made.get(key);
    if (!found) made.set(key, (found = new make(locale(), options)));
    return found;
  };
}
const number_format = kept<Intl.NumberFormatOptions, Intl.NumberFormat>(
  Intl.NumberFormat,
);
const date_format = kept<Intl.DateTimeFormatOptions, Intl.DateTimeFormat>(
  Intl.DateTimeFormat,
);

const plural_rules = kept<Intl.PluralRulesOptions, Intl.PluralRules>(
  Intl.PluralRules,
);
const plurals = () => plural_rules({});

/** A count in full: 1,370. */
const count = (n: number): string =>
  number_format({ maximumFractionDigits: 2 }).format(n);

/** The sign of typography in place of the hyphen. */
const minus = (text: string) => text.replace("-", "−");

export function number(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const options: Intl.NumberFormatOptions =
    size >= 1000
      ? { maximumFractionDigits: 0 }
      : { maximumSignificantDigits: digits };
  return minus(
    number_format(options).format(
      size >= 1000 ? Number(value.toPrecision(Math.max(digits, 4))) : value,
    ),
  );
}

/** 1.2M, 34K; 1.2 M, 34 mil: for axes and tables. */
export function compact(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) < 10000) return number(value);
  const said = minus(
    number_format({ notation: "compact", maximumSignificantDigits: 3 }).format(
      value,
    ),
  );
  // "100 mil" is read by everybody, "100 k" by few.
  return language === "es" ? said.replace(/k$/, "mil") : said;
}

/** 342 thousand persons, 1.2 millones de personas: in a sentence. */
export function in_words(value: number, unit_words = ""): string {
  if (!Number.isFinite(value)) return "–";
  const large = Math.abs(value) >= 10000;
  const said = large
    ? minus(
        number_format({
          notation: "compact",
          compactDisplay: "long",
          maximumSignificantDigits: 3,
        }).format(value),
      )
    : number(value);
  const of =
    language === "es" && Math.abs(value) >= 1e6 && unit_words ? "de " : "";
  return unit_words ? `${said} ${of}${unit_words}` : said;
}

/** How the numbers of one list are written: alike, in full or in millions, none finer than a
 * thousandth of the largest; and the words of their unit then. */
export function alike(values: number[]): {
  write: (value: number) => string;
  unit: (unit_words: string) => string;
} {
  const top = Math.max(1e-9, ...values.map(Math.abs));
  const of = top < 1e7 ? 1 : 1e6;
  const step = 10 ** (Math.floor(Math.log10(top / of)) - 3);
  return {
    write: (value) => number(Math.round(value / of / step) * step + 0), // + 0: no minus before nothing
    unit: (what) => (of === 1 ? what : t("millions_of", { what })),
  };
}

export function percent(value: number, digits = 0): string {
  return minus(
    number_format({
      style: "percent",
      maximumFractionDigits: digits,
    }).format(value),
  );
}

/** A difference in percent with its sign: "+12%", "−3%". */
export function signed_percent(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = Math.abs(value) < 10 && Math.abs(value) > 0 ? 1 : 0;
  return minus(
    number_format({
      style: "percent",
      signDisplay: "exceptZero",
      maximumFractionDigits: digits,
    }).format(value / 100),
  );
}

export function signed(value: number): string {
  return (value > 0 ? "+" : "") + compact(value);
}

export function date_text(date: Date, long = true): string {
  return date_format({
    year: "numeric",
    month: long ? "long" : "short",
    timeZone: "UTC",
  }).format(date);
}

export function month_name(clock: Clock, index: number, long = true): string {
  return date_text(month_date(clock, index), long);
}

/** "2017-06" as a month in words. */
export function month_words(text: string): string {
  const [year, month] = text.split("-").map(Number);
  return Number.isFinite(year) && Number.isFinite(month)
    ? date_text(new Date(Date.UTC(year, month - 1, 1)), false)
    : text;
}

export function day_words(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime())
    ? text
    : date_format({ dateStyle: "long", timeZone: "UTC" }).format(date);
}

const units: Record<string, string> = {
  "persons/month": "unit_persons_month",
  persons: "unit_persons",
  "USD/month": "unit_usd_month",
  USD: "unit_usd",
  month: "unit_month",
  per_100k_per_year: "unit_homicide",
  cases: "unit_cases",
  share: "unit_share",
  "per 100,000 and year": "unit_homicide",
  "log points": "unit_log",
  "2010 = 1": "unit_index_2010",
  "index, 2010 = 1": "unit_index_2010",
  "2012 = 1": "unit_index_2012",
  "2016 = 1": "unit_index_2016",
  index: "unit_index",
  "0 to 1": "unit_zero_one",
  "1 = usual": "unit_usual",
  "persons/year": "unit_persons_year",
  "USD/year": "unit_usd_year",
  "t/year": "unit_tonnes_year",
  "cases/year": "unit_cases_year",
  "1/year": "unit_per_year",
  "1/month": "unit_per_month",
  "governance scale, higher is better": "unit_governance",
  "share of the ceiling": "unit_share_ceiling",
  "share of capacity": "unit_share_capacity",
  "1 = without friction": "unit_friction",
  "log, 0 = 2016": "unit_log_2016",
  "log, 0 = 2010": "unit_log_2010",
  "log-odds, 0 = 2010": "unit_logodds_2010",
};
/** A unit in words; one that the table does not know is told word by word ("km/day"), and shown as
 * the pack writes it where its words are not known either. */
export function unit(name: string): string {
  if (name === "dmnl" || name === "1") return "";
  if (units[name]) return t(units[name]);
  return name.replace(/[a-z]\w*/gi, (word) =>
    has_string(`unit_part_${word}`) ? t(`unit_part_${word}`) : word,
  );
}

/** What an outcome is, as far as its words need to know. */
export interface Measured {
  name: string;
  unit: string;
}
const persons = /^persons(?:\/(month|year))?$/;
/** What `n` of an outcome are called: apprehensions where apprehensions are counted (one person may
 * stand for several), persons where persons are. */
function counted(o: Measured, n: number): string {
  const key = `counted_${o.name}`;
  return t(has_string(key) ? key : "counted_persons", { n });
}
/** The unit of an outcome: apprehensions a month, share, US dollars a month. */
export function outcome_unit(o: Measured | undefined): string {
  const counts = o && persons.exec(o.unit);
  if (!counts) return unit(o?.unit ?? "");
  const what = counted(o, 2);
  return counts[1] ? t(`per_${counts[1]}`, { what }) : what;
}
/** The unit of an outcome's sum over months, for `n` of it: apprehensions. */
export function summed_unit(o: Measured | undefined, n = 2): string {
  return o && /^persons(\/month)?$/.test(o.unit)
    ? counted(o, n)
    : unit((o?.unit ?? "").replace(/\/month$/, ""));
}

/** A naive forecast in words, by the name that its scores have. */
export const naive_name = (name: string): string => {
  const key = `naive_${name.toLowerCase().replace(/\W+/g, "_")}`;
  return has_string(key) ? t(key) : name;
};

/** A part of the model ("The road") in the reader's language. */
export function sector(name: string): string {
  const key = `sector_${name.toLowerCase().replaceAll(" ", "_")}`;
  return has_string(key) ? t(key) : name;
}

/** The words of a key when the table has it, otherwise the name made readable. */
export function words(prefix: string, name: string): string {
  const key = prefix + name.toLowerCase();
  return has_string(key) ? t(key) : name.replaceAll("_", " ");
}
