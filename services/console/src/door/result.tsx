import type { Schema } from '@box-office/api-client';
import type { Event } from '@box-office/web';
import type { Child } from 'hono/jsx';
import type { View } from '../http/view.js';
import type { DoorProps } from './door-props.js';
import { UndoForm } from './undo-form.js';

type CheckIn = Schema<'CheckIn'>;

interface Sign {
  readonly tone: 'good' | 'warn' | 'bad' | 'plain';
  readonly word: string;
  readonly text: string;
}

const SYMBOLS = { good: '✓', warn: '!', bad: '✕', plain: '·' } as const;

/** The answer to the last code, legible at arm's length: a colour, a symbol, a word, and what to tell the person. */
export function Result(p: DoorProps & { query: string }) {
  const { v, shown, query } = p;
  const result = shown.kind === 'answer' ? shown.checkIn.result : '';
  return (
    <SignBox sign={signOf(p)} id="result" result={result}>
      {shown.kind === 'answer' && result === 'admitted' && (
        <UndoForm v={v} query={query} id="reason" fields={{ checkIn: shown.checkIn.checkInId }} />
      )}
    </SignBox>
  );
}

const OFFLINE_RESULTS = [
  ...(['admitted', 'already_admitted', 'cancelled', 'outdated', 'other_event', 'other_day', 'forged'] as const),
  'unreadable',
] as const;

/** What the device can answer by itself. The script shows one of them, and fills in time and gate. */
export function OfflineAnswers({ v, event }: DoorProps) {
  const answered = { time: '{time}', gate: '{gate}', ticket: '' };
  return (
    <template data-answers>
      {OFFLINE_RESULTS.map((result) => {
        const [tone, word, text] = wordsOf(v, event, result, answered);
        const shown = result === 'admitted' ? v.t.result.admittedOffline : text.trim();
        return <SignBox sign={{ tone, word, text: shown }} result={result} />;
      })}
      <SignBox
        sign={{ tone: 'warn', word: v.t.result.notChecked, text: v.t.result.notCheckedText }}
        result="not_checked"
      />
    </template>
  );
}

function SignBox(p: { sign: Sign; id?: string; result: string; children?: Child }) {
  const { tone, word, text } = p.sign;
  return (
    <section
      {...(p.id !== undefined && { id: p.id })}
      class={`result ${tone}`}
      role="status"
      aria-atomic="true"
      data-tone={tone}
      data-result={p.result}
    >
      <span class="symbol" aria-hidden="true">
        {SYMBOLS[tone]}
      </span>
      <p class="word">{word}</p>
      <p class="result-text">{text}</p>
      {p.children}
    </section>
  );
}

function signOf({ v, event, shown }: DoorProps): Sign {
  const { t } = v;
  const sign = (tone: Sign['tone'], word: string, text: string): Sign => ({ tone, word, text });
  switch (shown.kind) {
    case 'nothing':
      return sign('plain', t.result.ready, t.result.readyText);
    case 'no_code':
      return sign('warn', t.result.noCode, t.result.noCodeText);
    case 'no_reason':
      return sign('warn', t.undo.noReason, t.undo.noReasonText);
    case 'nothing_to_undo':
      return sign('warn', t.undo.failed, t.undo.nothing);
    case 'refused':
      return sign('warn', t.result.notChecked, t.result.refusedText);
    case 'not_undone':
      return sign('warn', t.undo.failed, t.undo.failedText);
    case 'undone':
      return sign('warn', t.undo.done, t.undo.doneText(ticketOf(v, shown.checkIn)));
    case 'no_answer':
    case 'problem':
      return sign('warn', t.result.problem, t.result.problemText);
    case 'answer': {
      const { result, admission, checkedAt } = shown.checkIn;
      const time = v.f.time(admission?.admittedAt ?? checkedAt, event.timeZone);
      const answered = { time, gate: admission?.gate ?? '', ticket: ticketOf(v, shown.checkIn) };
      return sign(...wordsOf(v, event, result, answered));
    }
  }
}

const ticketOf = ({ t }: View, { ticket }: CheckIn): string =>
  ticket === null ? '' : t.result.ticket(ticket.ticketType, ticket.serial);

/** @param answered about the admission that there is, and the ticket */
function wordsOf(
  { t, f }: View,
  event: Event,
  result: CheckIn['result'],
  { time, gate, ticket }: { readonly time: string; readonly gate: string; readonly ticket: string },
): readonly [Sign['tone'], string, string] {
  switch (result) {
    case 'admitted':
      return ['good', t.result.admitted, ticket];
    case 'already_admitted':
      return ['bad', t.result.alreadyIn, `${t.result.alreadyInText(time, gate)} ${ticket}`];
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
