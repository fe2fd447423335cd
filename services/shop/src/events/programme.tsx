import { Message, PageHead } from '@box-office/ui';
import { showPage, type Event } from '@box-office/web';
import { Layout } from '../http/layout.js';
import type { ShopContext, ShopDeps, View } from '../http/view.js';
import { EventPicture } from '../pictures/event-picture.js';
import { whenIn } from '../texts/languages.js';
import { canBeBought, priceFrom, saleOf, type Sale, ticketPrice } from './availability.js';
import { SaleBadge } from './badges.js';

const FILTERS = ['all', 'available', 'free'] as const;
type Filter = (typeof FILTERS)[number];

interface Listed {
  readonly event: Event;
  readonly sale: Sale;
}

/** The first page: what is to come, soonest first. */
export async function showProgramme(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const v = c.get('view');
  const words = (c.req.query('q') ?? '').slice(0, 100).trim();
  const filter = FILTERS.find((one) => one === c.req.query('show')) ?? 'all';
  const reply = await deps.catalogue.list();
  if (!reply.ok) return showPage(c, <Programme v={v} words={words} filter={filter} events={null} />, 503);
  const events = reply.data
    .map((event) => ({ event, sale: saleOf(event, v.nowMs) }))
    .filter(({ event, sale }) => sale.kind !== 'over' && event.status !== 'cancelled')
    .filter((one) => matches(one, words, filter))
    .toSorted((a, b) => Date.parse(a.event.startsAt) - Date.parse(b.event.startsAt));
  return showPage(c, <Programme v={v} words={words} filter={filter} events={withLead(events)} />);
}

/** The soonest event that can be bought comes first: it is shown large. */
function withLead(events: readonly Listed[]): readonly Listed[] {
  const lead = events.find(({ sale }) => canBeBought(sale));
  return lead === undefined ? events : [lead, ...events.filter((one) => one !== lead)];
}

function matches({ event, sale }: Listed, words: string, filter: Filter): boolean {
  const text = plain(`${event.name} ${event.venue} ${event.description}`);
  if (
    !plain(words)
      .split(' ')
      .every((word) => text.includes(word))
  )
    return false;
  if (filter === 'available') return canBeBought(sale);
  return filter === 'all' || priceFrom(event) === 0;
}

/** Without case and accents, so that they need not be typed. */
const plain = (text: string): string =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/\s+/g, ' ').toLowerCase();

function Programme(p: { v: View; words: string; filter: Filter; events: readonly Listed[] | null }) {
  const { v, words, filter, events } = p;
  const { t } = v;
  const isWhole = words === '' && filter === 'all';
  return (
    <Layout v={v} title={v.name} head={<meta name="description" content={t.programme.intro} />}>
      <div class="programme-head">
        <PageHead title={t.nav.programme} lead={t.programme.intro} />
        <Filters v={v} words={words} filter={filter} />
      </div>
      {events === null && <Message tone="warn" title={t.programme.failed} text={t.programme.failedText} alert />}
      {events !== null && !isWhole && (
        <p class="found muted" role="status">
          {t.programme.found(events.length)}
        </p>
      )}
      {events?.length === 0 && (
        <div class="empty stack">
          <h2>{isWhole ? t.programme.empty : t.programme.notFound}</h2>
          <p class="muted">{isWhole ? t.programme.emptyText : t.programme.notFoundText}</p>
          {!isWhole && <a href="/">{t.programme.showAll}</a>}
        </div>
      )}
      <ul class={isWhole ? 'cards featured' : 'cards'}>
        {events?.map((one, i) => (
          <Card v={v} {...one} eager={i < 3} />
        ))}
      </ul>
    </Layout>
  );
}

function Filters({ v, words, filter }: { v: View; words: string; filter: Filter }) {
  const { t } = v;
  return (
    <form class="filters" method="get" action="/" role="search">
      <div class="field search">
        <label for="q">{t.programme.search}</label>
        <div class="search-row">
          <input type="search" id="q" name="q" value={words} maxlength={100} autocomplete="off" />
          <button class="button quiet">{t.programme.searchButton}</button>
        </div>
      </div>
      <div class="pills" role="group" aria-label={t.programme.show}>
        {FILTERS.map((one) => (
          <button class="pill" name="show" value={one} aria-pressed={one === filter ? 'true' : 'false'}>
            {t.programme.filters[one]}
          </button>
        ))}
      </div>
    </form>
  );
}

function Card({ v, event, sale, eager }: Listed & { v: View; eager: boolean }) {
  const { t, f } = v;
  const price = priceFrom(event);
  const several = event.ticketTypes.some((type) => ticketPrice(type) !== price);
  const shownPrice = price === 0 ? t.free : f.money(price, event.currency);
  return (
    <li class="card">
      <EventPicture event={event} class="card-picture" loading={eager ? 'eager' : 'lazy'} />
      <div class="card-text">
        <p class="eyebrow">
          <time datetime={event.startsAt}>{whenIn(v, event.startsAt, event.timeZone, 'shortDay')}</time>
        </p>
        <h2>
          <a href={`/events/${event.id}`}>{event.name}</a>
        </h2>
        <p class="muted">{event.venue}</p>
        <p class="card-foot">
          <span class="number price">{several ? t.from(shownPrice) : shownPrice}</span>
          <SaleBadge v={v} event={event} sale={sale} />
        </p>
      </div>
    </li>
  );
}
