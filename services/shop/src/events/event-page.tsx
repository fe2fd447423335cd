import { decimalsOf } from '@box-office/contract';
import { ErrorSummary, errorId, Facts, FieldErrorText, Message, Stepper, Badge, type FieldError } from '@box-office/ui';
import type { Event } from '@box-office/web';
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { ActiveHold } from '../buying/holds.js';
import { RunningHold } from '../buying/running-hold.js';
import { maxOf, quantityId, quantityName } from '../buying/selection.js';
import { Deadline } from '../http/deadline.js';
import { Layout } from '../http/layout.js';
import type { ProblemText } from '../http/problem-words.js';
import { isByLink } from '../http/session.js';
import type { View } from '../http/view.js';
import { EventPicture, picturePath } from '../pictures/event-picture.js';
import { whenIn } from '../texts/languages.js';
import { notRefunded } from './not-refunded.js';
import { bandOf, canBeBought, priceFrom, saleOf, ticketPrice, type Sale } from './availability.js';
import { SaleBadge, toneOf } from './badges.js';
import { structuredData } from './structured-data.js';

export interface EventPageProps {
  readonly v: View;
  readonly event: Event;
  /** The idempotency key of the hold that this page's form takes. */
  readonly formKey: string;
  readonly quantities: ReadonlyMap<string, number>;
  /** Holds of this event that still run. */
  readonly holds: readonly ActiveHold[];
  readonly errors?: readonly FieldError[];
  /** What came of the buyer's last act. */
  readonly notice?: (ProblemText & { readonly tone: 'good' | 'warn' | 'bad' }) | undefined;
}

export function EventPage(p: EventPageProps) {
  const { v, event, errors = [], notice } = p;
  const { t } = v;
  const sale = saleOf(event, v.nowMs);
  return (
    <Layout v={v} title={event.name} head={<EventHead v={v} event={event} />}>
      <article class="event">
        <EventPicture event={event} class="event-picture" />
        <div class="event-body">
          <div class="event-text stack">
            <p class="eyebrow">{v.f.shortDay(event.startsAt, event.timeZone)}</p>
            <h1>{event.name}</h1>
            <ErrorSummary title={t.errors.title} errors={errors} />
            {notice !== undefined && <Message {...notice} alert />}
            {p.holds.map((hold) => (
              <RunningHold v={v} hold={hold} title={t.event.holdRuns} timeZone={event.timeZone} />
            ))}
            {event.description.split(/\n+/).map((paragraph) => (
              <p class="lead">{paragraph}</p>
            ))}
            <EventFacts v={v} event={event} />
          </div>
          {canBeBought(sale) && <FootBar v={v} event={event} sale={sale} />}
          <aside class="event-box" id="tickets" aria-labelledby="tickets-title">
            <div class="panel stack">
              <h2 id="tickets-title">{t.event.tickets}</h2>
              {canBeBought(sale) ? (
                <TicketForm {...p} errors={errors} />
              ) : (
                <NoTickets v={v} event={event} sale={sale} />
              )}
            </div>
          </aside>
        </div>
      </article>
    </Layout>
  );
}

function EventHead({ v, event }: { v: View; event: Event }) {
  const url = `${v.origin}/events/${event.id}`;
  const image = v.origin + picturePath(event);
  const description = `${v.f.day(event.startsAt, event.timeZone)}, ${event.venue}. ${event.description}`.slice(0, 300);
  return (
    <>
      <meta name="description" content={description} />
      <meta property="og:type" content="event" />
      <meta property="og:site_name" content={v.name} />
      <meta property="og:title" content={event.name} />
      <meta property="og:description" content={description} />
      <meta property="og:url" content={url} />
      <meta property="og:image" content={image} />
      <link rel="canonical" href={url} />
      <script type="application/ld+json">{raw(structuredData(event, { url, picture: image, nowMs: v.nowMs }))}</script>
    </>
  );
}

function EventFacts({ v, event }: { v: View; event: Event }) {
  const { t, f } = v;
  const zone = event.timeZone;
  const isOneDay = f.day(event.startsAt, zone) === f.day(event.endsAt, zone);
  const [from, to] = [f.time(event.startsAt, zone), f.time(event.endsAt, zone)];
  const when = (
    <>
      <time datetime={event.startsAt}>{f.day(event.startsAt, zone)}</time>
      <br />
      {isOneDay ? t.event.fromTo(from, to) : t.event.fromToAnotherDay(from, whenIn(v, event.endsAt, zone, 'shortDay'))}
      <span class="muted"> {f.zone(event.startsAt, zone)}</span>
      <br />
      <a href={`/events/${event.id}/calendar.ics`}>{t.event.calendar}</a>
    </>
  );
  return (
    <Facts
      rows={[
        [t.event.when, when],
        [t.event.where, event.venue],
        event.status !== 'cancelled' && [t.event.refunds, <Refunds v={v} event={event} />],
      ]}
    />
  );
}

function Refunds({ v, event }: { v: View; event: Event }) {
  const { t } = v;
  const until = event.cancellableUntil ?? event.startsAt;
  if (Date.parse(until) <= v.nowMs) return <>{t.event.refundsOver}</>;
  const isInPart = event.refundRules !== null;
  return (
    <>
      <Deadline
        v={v}
        at={until}
        timeZone={event.timeZone}
        text={isInPart ? t.event.refundsInPart : t.event.refundsUntil}
      />
      {isInPart && ` ${notRefunded(v, event)}`}
    </>
  );
}

function TicketForm(p: EventPageProps & { errors: readonly FieldError[] }) {
  const { v, event, errors } = p;
  const { t, f } = v;
  // Of what is sold out nothing can be chosen.
  const quantities = new Map([...p.quantities].filter(([name]) => maxOf(event, name) > 0));
  const tickets = event.ticketTypes.reduce(
    (sum, type) => sum + ticketPrice(type) * (quantities.get(type.name) || 0),
    0,
  );
  const purchaseFee = event.purchaseFee?.priceMinor ?? 0;
  const isFree = purchaseFee === 0 && event.ticketTypes.every((type) => ticketPrice(type) === 0);
  const next = isFree ? t.event.holdFree : t.event.hold;
  const total = [...quantities.values()].some((count) => count > 0) ? tickets + purchaseFee : 0;
  return (
    <form
      class="stack"
      method="post"
      action={`/events/${event.id}/hold`}
      novalidate
      data-once={t.event.holding}
      data-live={`/events/${event.id}/live`}
      data-stale={t.event.notLive('{time}')}
    >
      <input type="hidden" name="key" value={p.formKey} />
      {/* The Enter key presses the first button. */}
      <button class="hidden" tabindex={-1} aria-hidden="true">
        {next}
      </button>
      <ul class="types">
        {event.ticketTypes.map((type, i) => {
          const band = bandOf(type);
          const [id, label] = [quantityId(i), t.event.quantityOf(type.name)];
          const isWrong = errors.some((error) => error.id === id);
          const max = maxOf(event, type.name);
          return (
            <li class="type">
              <div>
                <label for={id}>
                  <span class="hidden">{label}</span>
                  <span aria-hidden="true">{type.name}</span>
                </label>
                <p class="number type-price" data-price={String(ticketPrice(type))}>
                  {ticketPrice(type) === 0 ? t.free : f.money(ticketPrice(type), event.currency)}
                </p>
                {type.fee !== null && (
                  <p class="muted small">{t.event.includesFee(f.money(type.fee.priceMinor, event.currency))}</p>
                )}
                <Badge tone={toneOf(band)} data-type={type.name}>
                  {t.band(band)}
                </Badge>
              </div>
              {/* The script shows it when a ticket comes back. */}
              <Stepper
                id={id}
                name={quantityName(type.name)}
                value={quantities.get(type.name) || 0}
                max={max}
                action={`/events/${event.id}#tickets`}
                less={t.event.less(type.name)}
                more={t.event.more(type.name)}
                invalid={isWrong}
                describedBy={isWrong ? errorId(id) : undefined}
                hidden={max === 0}
              />
              <FieldErrorText id={id} errors={errors} />
            </li>
          );
        })}
      </ul>
      {purchaseFee > 0 && (
        <p class="total muted small">
          <span>{t.event.purchaseFee}</span>
          <span class="number">{f.money(purchaseFee, event.currency)}</span>
        </p>
      )}
      <p class="total">
        <span>{t.event.total}</span>
        <output
          class="number"
          data-total={event.currency}
          data-decimals={String(decimalsOf(event.currency) ?? 0)}
          data-fee={String(purchaseFee)}
        >
          {f.money(total, event.currency)}
        </output>
      </p>
      <button class="button wide">{next}</button>
      <p class="help">
        {event.ticketTypes.some(({ taxRatePpm }) => taxRatePpm > 0) && t.receipt.pricesIncludeTax}{' '}
        {isFree ? t.event.holdFreeHelp : t.event.holdHelp} {t.event.limit(event.limitPerBuyer)}{' '}
        {isByLink(v.session) && t.guestLink.leaves}
      </p>
      <p class="help live" role="status" data-live-state={t.event.live}></p>
    </form>
  );
}

/** Why no ticket can be had, and what can be done. */
function NoTickets({ v, event, sale }: { v: View; event: Event; sale: Sale }) {
  const { t } = v;
  if (sale.kind === 'over') return <p>{t.event.overText}</p>;
  if (sale.kind === 'open') {
    return (
      <Watched v={v} event={event} live={t.event.live}>
        <TypeList v={v} event={event} />
        <Message tone="plain" title={t.event.soldOut} text={t.event.soldOutText} />
      </Watched>
    );
  }
  const { why } = sale;
  if (why.cause === 'not_started') {
    return (
      <Watched v={v} event={event} live={t.event.opensByItself}>
        <TypeList v={v} event={event} />
        <Message tone="plain" title={t.event.notStarted}>
          <p>
            <Deadline v={v} text={t.event.notStartedText} at={why.at} timeZone={event.timeZone} />
          </p>
          <p>
            <a href={`/events/${event.id}/sale.ics`}>{t.event.saleInCalendar}</a>
          </p>
        </Message>
      </Watched>
    );
  }
  const messages = {
    cancelled: { tone: 'bad', title: t.sale.cancelled, text: t.event.cancelledText },
    closed: { tone: 'plain', title: t.sale.closed, text: t.event.closedText },
    ended: { tone: 'plain', title: t.sale.ended, text: t.event.endedText },
  } as const;
  return <Message {...messages[why.cause]} />;
}

/** Comes again with the form as soon as there are tickets to choose, and says `live` while it is connected. */
const Watched = ({ v, event, live, children }: { v: View; event: Event; live: string; children: Child }) => (
  <div class="stack" data-live={`/events/${event.id}/live`} data-reload data-stale={v.t.event.notLive('{time}')}>
    {children}
    <p class="help live" role="status" data-live-state={live}></p>
  </div>
);

const TypeList = ({ v, event }: { v: View; event: Event }) => (
  <ul class="types">
    {event.ticketTypes.map((type) => (
      <li class="type">
        <span class="type-name">{type.name}</span>
        <span class="number">{ticketPrice(type) === 0 ? v.t.free : v.f.money(ticketPrice(type), event.currency)}</span>
      </li>
    ))}
  </ul>
);

/** On a phone: the way to the tickets, at the foot of the window until they are reached. */
function FootBar({ v, event, sale }: { v: View; event: Event; sale: Sale }) {
  const price = priceFrom(event);
  return (
    <div class="foot-bar">
      <p>
        <span class="number price">{price === 0 ? v.t.free : v.t.from(v.f.money(price, event.currency))}</span>
        <SaleBadge v={v} event={event} sale={sale} data-sale="" />
      </p>
      <a class="button" href="#tickets">
        {v.t.event.choose}
      </a>
    </div>
  );
}
