import type { View } from '../http/view.js';
import { KINDS, type Selection } from './programme-selection.js';

/** Search and filters: one form, so that each keeps the others. */
export function Filters({ v, selection, places }: { v: View; selection: Selection; places: readonly string[] }) {
  const { t } = v;
  const { words, kind, from, to, place } = selection;
  return (
    <form class="filters" method="get" action="/" role="search">
      <div class="field search">
        <label for="q">{t.programme.search}</label>
        <div class="search-row">
          <input type="search" id="q" name="q" value={words} maxlength={100} autocomplete="off" />
          {/* The Enter key presses the first button. */}
          <button class="button quiet" name="show" value={kind}>
            {t.programme.searchButton}
          </button>
        </div>
      </div>
      <div class="pills" role="group" aria-label={t.programme.show}>
        {KINDS.map((one) => (
          <button class="pill" name="show" value={one} aria-pressed={one === kind ? 'true' : 'false'}>
            {t.programme.filters[one]}
          </button>
        ))}
      </div>
      <details open={from !== '' || to !== '' || place !== ''}>
        <summary>{places.length > 1 ? t.programme.whenAndWhere : t.programme.when}</summary>
        <div class="filter-fields">
          <div class="field">
            <label for="from">{t.programme.from}</label>
            <input type="date" id="from" name="from" value={from} />
          </div>
          <div class="field">
            <label for="to">{t.programme.to}</label>
            <input type="date" id="to" name="to" value={to} />
          </div>
          {places.length > 1 && <Places v={v} places={places} place={place} />}
          <button class="button quiet" name="show" value={kind}>
            {t.programme.apply}
          </button>
        </div>
      </details>
    </form>
  );
}

const Places = ({ v: { t }, places, place }: { v: View; places: readonly string[]; place: string }) => (
  <div class="field">
    <label for="place">{t.programme.place}</label>
    <select id="place" name="place">
      <option value="">{t.programme.anyPlace}</option>
      {places.map((one) => (
        <option value={one} selected={one === place}>
          {one}
        </option>
      ))}
    </select>
  </div>
);
