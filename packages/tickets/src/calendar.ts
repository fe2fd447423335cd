const MAX_LINE_BYTES = 74;

/** An entry of a calendar (RFC 5545). Instants are in UTC: every calendar shows them in its own zone. */
export function calendarFile(o: {
  uid: string;
  start: string;
  /** A moment has none. */
  end?: string;
  isCancelled?: boolean;
  /** A reminder so long before the start; none of what is cancelled. */
  reminderMinutes?: number;
  summary: string;
  location: string;
  description: string;
  url: string;
  now: Date;
}): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Box Office//Shop//EN',
    'BEGIN:VEVENT',
    `UID:${o.uid}`,
    `DTSTAMP:${utc(o.now.toISOString())}`,
    `DTSTART:${utc(o.start)}`,
    ...(o.end === undefined ? [] : [`DTEND:${utc(o.end)}`]),
    ...(o.isCancelled === true ? ['STATUS:CANCELLED'] : []),
    `SUMMARY:${escaped(o.summary)}`,
    `LOCATION:${escaped(o.location)}`,
    `DESCRIPTION:${escaped(o.description)}`,
    `URL:${o.url}`,
    ...reminderOf(o),
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return `${lines.flatMap(folded).join('\r\n')}\r\n`;
}

const reminderOf = (o: { reminderMinutes?: number; isCancelled?: boolean; summary: string }): string[] =>
  o.reminderMinutes === undefined || o.isCancelled === true
    ? []
    : [
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        `DESCRIPTION:${escaped(o.summary)}`,
        `TRIGGER:-PT${o.reminderMinutes}M`,
        'END:VALARM',
      ];

const utc = (instant: string): string => new Date(instant).toISOString().replaceAll(/[-:]|\.\d+/g, '');

const escaped = (text: string): string => text.replaceAll(/[\\;,]/g, '\\$&').replaceAll(/\r?\n/g, '\\n');

/** Lines are at most 75 bytes; a continuation begins with a space. */
function folded(line: string): string[] {
  const parts: string[] = [];
  let [part, bytes] = ['', 0];
  for (const char of line) {
    const size = Buffer.byteLength(char);
    if (bytes + size > MAX_LINE_BYTES) {
      parts.push(part);
      [part, bytes] = [' ', 1];
    }
    part += char;
    bytes += size;
  }
  return [...parts, part];
}
