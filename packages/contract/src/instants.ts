/** Instants that Box Office takes: from the first to the last moment of these years, in UTC. */
export const FIRST_YEAR = 2000;
export const LAST_YEAR = 2100;

const DATE = String.raw`(?<date>\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))`;
const TIME = String.raw`(?<time>(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?)`;
/** ISO 8601 knows offsets up to 14 hours, which is as far as any place is from UTC. */
const OFFSET = String.raw`(?<offset>Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))`;
const INSTANT = new RegExp(`^${DATE}T${TIME}${OFFSET}$`);
const LOCAL_TIME = new RegExp(`^${DATE}T${TIME}$`);

/** The form of an instant, for error texts. */
export const INSTANT_FORM =
  'Give a date and time of ISO 8601 with Z or an offset of at most 14 hours, like 2027-06-01T19:00:00Z, ' +
  `in the years ${FIRST_YEAR} to ${LAST_YEAR}.`;

/** An instant in UTC, `2027-06-01T19:00:00.000Z`, with the offset in which it was given. */
export interface GivenInstant {
  readonly instant: string;
  /** East of UTC; null where it was given in UTC by `Z`. */
  readonly offsetMinutes: number | null;
}

/** Reads an instant of ISO 8601; null for what is none, or not in the years that are taken. */
export function parseInstant(text: string): GivenInstant | null {
  const { date, offset } = INSTANT.exec(text)?.groups ?? {};
  if (date === undefined || offset === undefined || !isDay(date)) return null;
  const at = new Date(text);
  const year = at.getUTCFullYear();
  if (!(year >= FIRST_YEAR && year <= LAST_YEAR)) return null;
  return { instant: at.toISOString(), offsetMinutes: offset === 'Z' ? null : minutesOf(offset) };
}

/** Reads a date and time without offset as if it were in UTC, in ms; null for what is none. */
export function parseLocalTime(text: string): number | null {
  const { date } = LOCAL_TIME.exec(text)?.groups ?? {};
  return date === undefined || !isDay(date) ? null : Date.parse(`${text}Z`);
}

/** The patterns let the 31st of every month pass; a date that does not exist reads as another one. */
const isDay = (date: string): boolean => {
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
};

function minutesOf(offset: string): number {
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
