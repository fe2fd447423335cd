import { randomUUID } from 'node:crypto';
import type { Schema } from '@box-office/api-client';
import { TextField } from '@box-office/ui';
import type { View } from '../http/view.js';
import type { DoorProps } from './door-props.js';
import { HiddenFields, UndoForm } from './undo-form.js';

type FoundTicket = Schema<'FoundTicket'>;

/** The search by name, and what it has found. In no address, and nothing of it stays on the device. */
export function Search({ v, event, search, query }: DoorProps & { query: string }) {
  const { t } = v;
  return (
    <details
      class="search"
      id="search"
      open={search !== null}
      data-offline={t.search.offline}
      data-no-answer={t.search.noAnswer}
      data-waiting={t.search.waiting}
    >
      <summary>{t.search.title}</summary>
      <form id="search-form" class="stack" method="post" action={`/door/search?${query}#search`}>
        <TextField
          type="search"
          id="text"
          label={t.search.label}
          help={t.search.help}
          value={search?.text ?? ''}
          autocomplete="off"
          maxlength={100}
          required={false}
          errors={search?.kind === 'refused' ? [{ id: 'text', text: t.search.tooShort }] : []}
        />
        <button class="button wide quiet">{t.search.button}</button>
      </form>
      <p id="said" class="said" role="status" tabindex={-1}>
        {saidOf(v, search)}
      </p>
      <div id="found" class="stack">
        {search?.kind === 'found' && search.tickets.length > 0 && (
          <ul class="found">
            {search.tickets.map((ticket) => (
              <Found
                v={v}
                ticket={ticket}
                query={query}
                timeZone={event.timeZone}
                text={search.text}
                after={search.after}
              />
            ))}
          </ul>
        )}
        {search?.kind === 'found' && search.next !== null && (
          <form method="post" action={`/door/search?${query}#search`}>
            <HiddenFields fields={{ text: search.text, after: search.next }} />
            <button class="button wide quiet">{t.search.more}</button>
          </form>
        )}
      </div>
    </details>
  );
}

function saidOf({ t }: View, search: DoorProps['search']): string {
  if (search?.kind === 'no_answer') return t.search.noAnswer;
  if (search?.kind !== 'found') return '';
  return search.tickets.length === 0 ? t.search.none : t.search.found(search.tickets.length);
}

interface FoundProps {
  readonly v: View;
  readonly ticket: FoundTicket;
  readonly timeZone: string;
  readonly query: string;
  readonly text: string;
  readonly after: string | undefined;
}

/** A ticket and its person: it can be admitted, or its admission undone. The answer to both has the same search again. */
function Found({ v, ticket, timeZone, query, text, after }: FoundProps) {
  const { t } = v;
  const { ticketId, ticketType, serial, version, name, email, status, admission } = ticket;
  const named = t.result.ticket(ticketType, serial);
  const again = { text, ...(after !== undefined && { after }) };
  return (
    <li>
      <div>
        <p class="name">{name}</p>
        <p class="muted small">{email}</p>
        <p>{named}</p>
        {ticket.transferred && (
          <p class="small">{ticket.nameOf === 'buyer' ? t.search.transferredOn : t.search.transferred}</p>
        )}
      </div>
      {status !== 'valid' ? (
        <p class="badge bad">{t.result.cancelled}</p>
      ) : admission !== null ? (
        <>
          <p class="badge warn">{t.search.in(v.f.time(admission.admittedAt, timeZone), admission.gate)}</p>
          <UndoForm v={v} query={query} id={`reason-${ticketId}`} fields={{ checkIn: admission.checkInId, ...again }} />
        </>
      ) : (
        <form method="post" action={`/door/admit?${query}`} data-admit>
          <HiddenFields fields={{ key: randomUUID(), ticketId, version, ...again }} />
          <button class="button">
            {t.search.admit} <span class="hidden">{`${name}, ${named}`}</span>
          </button>
        </form>
      )}
    </li>
  );
}
