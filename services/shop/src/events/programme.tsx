import { Message, PageHead } from '@box-office/ui';
import { showPage } from '@box-office/web';
import { Layout } from '../http/layout.js';
import type { ShopContext, ShopDeps, View } from '../http/view.js';
import { EventPicture } from '../pictures/event-picture.js';
import { whenIn } from '../texts/languages.js';
import { canBeBought, priceFrom, saleOf, ticketPrice } from './availability.js';
import { SaleBadge } from './badges.js';
import { Filters } from './programme-filters.js';
import { addressOf, isWhole, matcherOf, selectionIn, type Listed, type Selection } from './programme-selection.js';

const PAGE_SIZE = 30;

interface ProgrammeProps {
  readonly v: View;
  readonly selection: Selection;
  /** Where the events are. */
  readonly places: readonly string[];
  /** All that were found; null while the programme cannot be read. */
  readonly found: readonly Listed[] | null;
  /** Counted from 1. */
  readonly page: number;
}

/** The first page: what is to come, soonest first. */
export async function showProgramme(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const v = c.get('view');
  const selection = selectionIn(c.req.query());
  const reply = await deps.catalogue.list();
  if (!reply.ok) return showPage(c, <Programme v={v} selection={selection} places={[]} found={null} page={1} />, 503);
  const listed = reply.data
    .map((event) => ({ event, sale: saleOf(event, v.nowMs) }))
    .filter(({ event, sale }) => sale.kind !== 'over' && event.status !== 'cancelled');
  const found = withLead(
    listed.filter(matcherOf(selection)).toSorted((a, b) => Date.parse(a.event.startsAt) - Date.parse(b.event.startsAt)),
  );
  // The chosen one stays a choice when its last event is over.
  const venues = new Set([...listed.map(({ event }) => event.venue), selection.place].filter((venue) => venue !== ''));
  const places = [...venues].toSorted((a, b) => a.localeCompare(b, v.language));
  const asked = Math.trunc(Number(c.req.query('page'))) || 1;
  const page = Math.min(pagesOf(found), Math.max(1, asked));
  return showPage(c, <Programme v={v} selection={selection} places={places} found={found} page={page} />);
}

const pagesOf = (found: readonly Listed[]): number => Math.max(1, Math.ceil(found.length / PAGE_SIZE));

/** The soonest event that can be bought comes first: it is shown large. */
function withLead(events: readonly Listed[]): readonly Listed[] {
  const lead = events.find(({ sale }) => canBeBought(sale));
  return lead === undefined ? events : [lead, ...events.filter((one) => one !== lead)];
}

function Programme({ v, selection, places, found, page }: ProgrammeProps) {
  const { t } = v;
  const isAll = isWhole(selection);
  const shown = found?.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  return (
    <Layout v={v} title={v.name} head={<meta name="description" content={t.programme.intro} />}>
      <div class="programme-head">
        <PageHead title={t.nav.programme} lead={t.programme.intro} />
        <Filters v={v} selection={selection} places={places} />
      </div>
      {found === null && <Message tone="warn" title={t.programme.failed} text={t.programme.failedText} alert />}
      {found !== null && !isAll && (
        <p class="found muted">
          <span role="status">{t.programme.found(found.length)}</span>
          {found.length > 0 && (
            <>
              {' · '}
              <a href="/">{t.programme.removeFilters}</a>
            </>
          )}
        </p>
      )}
      {found?.length === 0 && (
        <div class="empty stack">
          <h2>{isAll ? t.programme.empty : t.programme.notFound}</h2>
          <p class="muted">{isAll ? t.programme.emptyText : t.programme.notFoundText}</p>
          {!isAll && <a href="/">{t.programme.removeFilters}</a>}
        </div>
      )}
      <ul class={isAll && page === 1 ? 'cards featured' : 'cards'}>
        {shown?.map((one, i) => (
          <Card v={v} {...one} eager={i < 3} />
        ))}
      </ul>
      {found !== null && <Pages v={v} selection={selection} page={page} pages={pagesOf(found)} />}
    </Layout>
  );
}

function Pages({ v: { t }, selection, page, pages }: { v: View; selection: Selection; page: number; pages: number }) {
  if (pages === 1) return null;
  return (
    <nav class="pages" aria-label={t.programme.pages}>
      {page > 1 && (
        <a rel="prev" href={addressOf(selection, page - 1)}>
          {t.programme.previous}
        </a>
      )}
      <span class="muted number">{t.programme.pageOf(page, pages)}</span>
      {page < pages && (
        <a rel="next" href={addressOf(selection, page + 1)}>
          {t.programme.next}
        </a>
      )}
    </nav>
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
