import { whenIn, type Words } from '../texts/languages.js';

const PLACE = '{when}';

/**
 * A text about the instant until or from which something is possible. It is given in the zone of the event, which is named;
 * the script adds the reader's own time where that is another one.
 */
export function Deadline(p: {
  v: Words;
  text: (when: string) => string;
  at: string;
  timeZone: string;
  /** For what is over within minutes. */
  timeOnly?: boolean;
}) {
  const { v, at, timeZone, timeOnly = false } = p;
  const { t, f } = v;
  const [before, after] = p.text(PLACE).split(PLACE);
  return (
    <>
      {before}
      <time datetime={at}>
        {timeOnly ? t.timeOfDay(f.time(at, timeZone)) : whenIn(v, at, timeZone)} ({f.zone(at, timeZone)}
        <span data-own-time={t.ownTime(PLACE)} data-zone={timeZone}></span>)
      </time>
      {after}
    </>
  );
}
