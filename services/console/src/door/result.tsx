import type { Schema } from '@box-office/api-client';
import type { Event } from '@box-office/web';
import type { View } from '../http/view.js';
import type { DoorProps } from './door-props.js';

type CheckIn = Schema<'CheckIn'>;

interface Sign {
  readonly tone: 'good' | 'warn' | 'bad' | 'plain';
  readonly symbol: string;
  readonly word: string;
  readonly text: string;
}

const SYMBOLS = { good: '✓', warn: '!', bad: '✕', plain: '·' } as const;

/** The answer to the last code, legible at arm's length: a colour, a symbol, a word, and what to tell the person. */
export function Result(p: DoorProps & { query: string }) {
  const { v, shown, query } = p;
  const { tone, symbol, word, text } = signOf(p);
  const { t } = v;
  const canUndo = shown.kind === 'answer' && shown.checkIn.result === 'admitted';
  return (
    <section id="result" class={`result ${tone}`} role="status" aria-atomic="true" data-tone={tone}>
      <span class="symbol" aria-hidden="true">
        {symbol}
      </span>
      <p class="word">{word}</p>
      <p class="result-text">{text}</p>
      {canUndo && (
        <details class="undo">
          <summary>{t.undo.title}</summary>
          <form class="stack" method="post" action={`/door/undo?${query}`}>
            <input type="hidden" name="checkIn" value={shown.checkIn.checkInId} />
            <div class="field">
              <label for="reason">{t.undo.reason}</label>
              <input type="text" id="reason" name="reason" maxlength={500} required autocomplete="off" />
            </div>
            <button class="button quiet">{t.undo.button}</button>
          </form>
        </details>
      )}
    </section>
  );
}

function signOf({ v, event, shown }: DoorProps): Sign {
  const { t } = v;
  const sign = (tone: Sign['tone'], word: string, text: string): Sign => ({ tone, symbol: SYMBOLS[tone], word, text });
  switch (shown.kind) {
    case 'nothing':
      return sign('plain', t.result.ready, t.result.readyText);
    case 'no_code':
      return sign('warn', t.result.noCode, t.result.noCodeText);
    case 'no_reason':
      return sign('warn', t.undo.noReason, t.undo.noReasonText);
    case 'not_undone':
      return sign('warn', t.undo.failed, t.undo.failedText);
    case 'undone':
      return sign('warn', t.undo.done, t.undo.doneText(ticketOf(v, shown.checkIn)));
    case 'problem':
      return sign('warn', t.result.problem, t.result.problemText);
    case 'answer': {
      const [tone, word, text] = wordsOf(v, event, shown.checkIn);
      return sign(tone, word, text);
    }
  }
}

const ticketOf = ({ t }: View, { ticket }: CheckIn): string =>
  ticket === null ? '' : t.result.ticket(ticket.ticketType, ticket.serial);

function wordsOf(v: View, event: Event, checkIn: CheckIn): readonly [Sign['tone'], string, string] {
  const { t, f } = v;
  const { admission } = checkIn;
  const ticket = ticketOf(v, checkIn);
  switch (checkIn.result) {
    case 'admitted':
      return ['good', t.result.admitted, ticket];
    case 'already_admitted': {
      const at = admission?.admittedAt ?? checkIn.checkedAt;
      const time = f.time(at, event.timeZone);
      return ['bad', t.result.alreadyIn, `${t.result.alreadyInText(time, admission?.gate ?? '')} ${ticket}`];
    }
    case 'cancelled':
      return ['bad', t.result.cancelled, `${t.result.cancelledText} ${ticket}`];
    case 'outdated':
      return ['bad', t.result.outdated, t.result.outdatedText];
    case 'other_event':
      return ['bad', t.result.otherEvent, t.result.otherEventText];
    case 'other_day':
      return ['bad', t.result.otherDay, t.result.otherDayText(f.day(event.startsAt, event.timeZone))];
    case 'unknown_ticket':
    case 'forged':
      return ['bad', t.result.forged, t.result.forgedText];
    case 'unreadable':
      return ['bad', t.result.unreadable, t.result.unreadableText];
  }
}
