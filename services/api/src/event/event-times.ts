import { INSTANT_FORM, parseInstant, parseLocalTime } from '@box-office/contract';
import type { Fault } from '@box-office/database';
import { z } from '@hono/zod-openapi';

/** A time of an event as a request gives it: an instant, or the time on a clock where the event is. */
type GivenTime =
  | { readonly kind: 'instant'; readonly instant: string; readonly offsetMinutes: number | null }
  | { readonly kind: 'local'; readonly text: string; readonly asUtcMs: number };

export const givenTime = z
  .string()
  .transform((text, context): GivenTime => {
    const given = parseInstant(text);
    if (given !== null) return { kind: 'instant', ...given };
    const asUtcMs = parseLocalTime(text);
    if (asUtcMs !== null) return { kind: 'local', text, asUtcMs };
    context.addIssue({ code: 'custom', message: INSTANT_FORM });
    return z.NEVER;
  })
  .openapi({
    type: 'string',
    description:
      "In UTC (`Z`), with the offset that the event's time zone has at that time, or without an offset: then it is the " +
      'time on a clock there. Years 2000 to 2100.',
    example: '2027-06-01T19:00:00Z',
  });

const TIME_FIELDS = ['startsAt', 'endsAt', 'saleStartsAt', 'saleEndsAt', 'cancellableUntil'] as const;
type TimeField = (typeof TIME_FIELDS)[number];

type GivenTimes = Readonly<Partial<Record<TimeField, GivenTime | null | undefined>>>;

/** Times in UTC, ISO 8601. */
export interface ResolvedTimes {
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly saleStartsAt?: string | null;
  readonly saleEndsAt?: string | null;
  readonly cancellableUntil?: string | null;
}

/** The times as instants, resolved in the event's time zone, and what is wrong with those that are none. */
export function resolveTimes(
  given: GivenTimes,
  timeZone: string,
): { readonly times: ResolvedTimes; readonly faults: readonly Fault[] } {
  const times: Partial<Record<TimeField, string | null>> = {};
  const faults: Fault[] = [];
  for (const path of TIME_FIELDS) {
    const time = given[path];
    if (time === undefined) continue;
    const resolved = time === null ? { instant: null } : resolveTime(time, timeZone);
    if ('fault' in resolved) faults.push({ path, message: resolved.fault });
    else times[path] = resolved.instant;
  }
  // Null only where null was given, which the schema allows of no other fields.
  return { times: times as ResolvedTimes, faults };
}

type Resolved = { readonly instant: string } | { readonly fault: string };

function resolveTime(time: GivenTime, timeZone: string): Resolved {
  return time.kind === 'instant' ? checkOffset(time, timeZone) : atLocalTime(time, timeZone);
}

/** An offset that the time zone does not have at that time is a mistake in one of the two. */
function checkOffset({ instant, offsetMinutes }: Extract<GivenTime, { kind: 'instant' }>, timeZone: string): Resolved {
  // +00:00 is how some programs write Z.
  if (offsetMinutes === null || offsetMinutes === 0) return { instant };
  const there = offsetAt(Date.parse(instant), timeZone);
  if (there === offsetMinutes) return { instant };
  return {
    fault: `${timeZone} has the offset ${nameOf(there)} at that time, not ${nameOf(offsetMinutes)}. Correct it, or give the time in UTC with Z.`,
  };
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** At a change of the offset some local times do not exist, others exist twice. */
function atLocalTime({ text, asUtcMs }: Extract<GivenTime, { kind: 'local' }>, timeZone: string): Resolved {
  const offsets = new Set([offsetAt(asUtcMs - DAY_MS, timeZone), offsetAt(asUtcMs + DAY_MS, timeZone)]);
  const found = [...offsets].flatMap((offset) => {
    const ms = asUtcMs - offset * 60_000;
    return offsetAt(ms, timeZone) === offset ? [{ ms, offset }] : [];
  });
  const [first, second] = found;
  if (first === undefined)
    return { fault: `${text} does not exist in ${timeZone}: the clocks go forward at that time.` };
  if (second !== undefined) {
    const names = [first.offset, second.offset].sort((a, b) => b - a).map(nameOf);
    return { fault: `${text} comes twice in ${timeZone}. Give it with its offset, ${names.join(' or ')}.` };
  }
  const given = parseInstant(new Date(first.ms).toISOString());
  return given === null ? { fault: INSTANT_FORM } : { instant: given.instant };
}

/** Minutes by which clocks in the time zone are ahead of UTC. */
function offsetAt(ms: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(ms);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /^GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function nameOf(offsetMinutes: number): string {
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  const digits = [hours, minutes].map((part) => String(part).padStart(2, '0')).join(':');
  return `${offsetMinutes < 0 ? '-' : '+'}${digits}`;
}
