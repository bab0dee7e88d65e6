// Dates as Swedish readers expect them, always in Stockholm's time. Civil dates are strings, "2027-02-09".

const ZONE = "Europe/Stockholm";
const WEEKDAYS = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"];
const WEEKDAYS_SHORT = ["mån", "tis", "ons", "tors", "fre", "lör", "sön"];
const MONTHS = [
  "januari",
  "februari",
  "mars",
  "april",
  "maj",
  "juni",
  "juli",
  "augusti",
  "september",
  "oktober",
  "november",
  "december",
];
const MONTHS_SHORT = ["jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"];

const PARTS = new Intl.DateTimeFormat("en-CA", {
  timeZone: ZONE,
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** An instant (Date) as civil date "2027-02-09" and time "08:00" in Stockholm. */
export function civil(instant) {
  const parts = Object.fromEntries(PARTS.formatToParts(instant).map(({ type, value }) => [type, value]));
  return {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}`,
    second: parts.second,
  };
}

/** A civil date and time in Stockholm as Unix seconds. */
export function unixOf(date, time) {
  const guess = Date.parse(`${date}T${time}:00Z`);
  const seen = civil(new Date(guess));
  const ahead = Date.parse(`${seen.date}T${seen.time}:00Z`) - guess;
  const instant = guess - ahead;
  const checked = civil(new Date(instant));
  const miss = Date.parse(`${checked.date}T${checked.time}:00Z`) - guess; // the offset differed across a clock change
  return Math.round((instant - miss) / 1000);
}

function utc(date) {
  return new Date(`${date}T12:00:00Z`);
}

/** 0 for Monday … 6 for Sunday. */
export function weekday(date) {
  return (utc(date).getUTCDay() + 6) % 7;
}

/** A civil date moved by days. */
export function plusDays(date, days) {
  const moved = utc(date);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** A civil date moved by months, held inside the month. */
export function plusMonths(date, months) {
  const [year, month, day] = date.split("-").map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, last));
  return first.toISOString().slice(0, 10);
}

/** ISO week number. */
export function week(date) {
  const thursday = plusDays(date, 3 - weekday(date));
  const newYear = `${thursday.slice(0, 4)}-01-01`;
  return 1 + Math.floor((utc(thursday) - utc(newYear)) / (7 * 86_400_000));
}

/** "2027-02-09", when it is a date that exists; otherwise null. Takes 2027-2-9, 20270209 and 9/2 2027 too. */
export function readDate(text) {
  const typed = text.trim();
  const iso = typed.match(/^(\d{4})-?(\d{1,2})-?(\d{1,2})$/);
  const swedish = typed.match(/^(\d{1,2})[/.]\s?(\d{1,2})[\s/.-]+(\d{4})$/);
  const [year, month, day] = iso ? iso.slice(1) : swedish ? swedish.slice(1).reverse() : [];
  if (!year) return null;
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const parsed = utc(date);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().slice(0, 10) === date ? date : null;
}

/** "13:00" from 13, 13.00, 13:00, 1300 or kl. 13; otherwise null. */
export function readTime(text) {
  const match = text
    .trim()
    .toLowerCase()
    .match(/^(?:kl\.?\s*)?(\d{1,2})(?:[.:]?(\d{2}))?$/);
  if (!match || Number(match[1]) > 23 || Number(match[2] ?? 0) > 59) return null;
  return `${match[1].padStart(2, "0")}:${match[2] ?? "00"}`;
}

export const clockTime = (time) => time.replace(":", ".");
export const weekdayName = (date) => WEEKDAYS[weekday(date)];
export const weekdayShort = (date) => WEEKDAYS_SHORT[weekday(date)];
export const monthName = (date) => MONTHS[Number(date.slice(5, 7)) - 1];
export const dayOf = (date) => Number(date.slice(8));
export const yearOf = (date) => Number(date.slice(0, 4));

/** "tisdag 9 februari 2027". */
export const longDate = (date) => `${weekdayName(date)} ${dayOf(date)} ${monthName(date)} ${yearOf(date)}`;

/** "tis 9 feb 2027". */
export const shortDate = (date) =>
  `${weekdayShort(date)} ${dayOf(date)} ${MONTHS_SHORT[Number(date.slice(5, 7)) - 1]} ${yearOf(date)}`;

/** First letter large. */
export const sentenceCase = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** "3 nya meddelanden". */
export const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

/** "a, b och c". */
export const listed = (words) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} och ${words.at(-1)}`;

/** Fills Slack's date tokens ({date_long} {time} …) for Unix seconds. */
export function slackDate(unix, pattern) {
  const { date, time, second } = civil(new Date(unix * 1000));
  const forms = {
    date_num: date,
    date: `${dayOf(date)} ${monthName(date)} ${yearOf(date)}`,
    date_short: shortDate(date),
    date_long: longDate(date),
    date_short_pretty: shortDate(date),
    date_pretty: `${dayOf(date)} ${monthName(date)} ${yearOf(date)}`,
    date_long_pretty: longDate(date),
    time: clockTime(time),
    time_secs: `${clockTime(time)}.${second}`,
    ago: shortDate(date),
    day_divider_pretty: longDate(date),
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, token) => forms[token] ?? whole);
}
