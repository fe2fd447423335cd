import { describe, expect, it } from 'vitest';
import { calendarFile } from './calendar.js';

describe('a calendar entry', () => {
  const text = calendarFile({
    uid: 'event-1@shop.example',
    url: 'https://shop.example/events/1',
    start: '2035-06-06T17:00:00.000Z',
    end: '2035-06-06T20:00:00.000Z',
    now: new Date(0),
    summary: 'Brass, strings; and more',
    location: 'Pier 7',
    description: 'Ü'.repeat(100),
  });

  it('has lines of at most 75 bytes that end with CR and LF', () => {
    expect(text.endsWith('\r\n')).toBe(true);
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(text.replaceAll('\r\n ', '')).toContain(`DESCRIPTION:${'Ü'.repeat(100)}`);
  });

  it('is cancelled as its event is, and a moment has no end', () => {
    const moment = { uid: '1', url: '', start: '2035-06-06T17:00:00.000Z', now: new Date(0) };
    const cancelled = calendarFile({ ...moment, summary: '', location: '', description: '', isCancelled: true });
    expect(cancelled).toContain('\r\nSTATUS:CANCELLED\r\n');
    expect(cancelled).not.toContain('DTEND');
    expect(text).toContain('DTEND:20350606T200000Z');
    expect(text).not.toContain('STATUS');
  });

  it('reminds so long before as is asked, unless it is cancelled', () => {
    const sale = { uid: '1', url: '', start: '2035-06-06T17:00:00.000Z', now: new Date(0), summary: 'Gala, sale' };
    const withReminder = { ...sale, location: '', description: '', reminderMinutes: 15 };
    const alarm = [
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      String.raw`DESCRIPTION:Gala\, sale`,
      'TRIGGER:-PT15M',
      'END:VALARM',
    ];
    expect(calendarFile(withReminder)).toContain(['', ...alarm, 'END:VEVENT', ''].join('\r\n'));
    expect(calendarFile({ ...withReminder, isCancelled: true })).not.toContain('VALARM');
    expect(text).not.toContain('VALARM');
  });

  it('has its times in UTC, and commas and semicolons as text', () => {
    expect(text).toContain('DTSTART:20350606T170000Z');
    expect(text).toContain(String.raw`SUMMARY:Brass\, strings\; and more`);
  });
});
