import { randomUUID } from 'node:crypto';
import { Facts } from '@box-office/ui';
import { Layout, QR_READER, SCRIPT, SCRIPT_MODULES } from '../http/layout.js';
import type { View } from '../http/view.js';
import { Connection, Reported } from './connection.js';
import type { DoorProps } from './door-props.js';
import { OfflineAnswers, Result } from './result.js';
import { Search } from './search.js';

export function DoorPage(p: DoorProps) {
  const { v, event, gate, shown } = p;
  const { t, f } = v;
  const query = new URLSearchParams({ event: event.id, gate }).toString();
  const again = shown.kind === 'problem' ? shown : null;
  return (
    <Layout v={v} title={`${event.name}, ${gate}`} scripts={[SCRIPT]} modules={SCRIPT_MODULES}>
      <div class="door stack">
        <div class="door-head">
          <h1>{gate}</h1>
          <p class="muted small">
            {event.name}, {f.shortDay(event.startsAt, event.timeZone)} · <a href="/">{t.door.change}</a>
          </p>
        </div>
        <Connection v={v} query={query} />
        <Result {...p} query={query} />
        <form
          class="door-form stack"
          method="post"
          action={`/door?${query}`}
          data-door
          data-event-id={event.id}
          data-gate={gate}
          data-time-zone={event.timeZone}
          data-retrying={t.door.retrying}
          data-no-answer={t.door.noAnswer}
          data-not-undone={t.undo.failedText}
          data-reader={v.assets.url(QR_READER)}
        >
          <input type="hidden" id="key" name="key" value={again?.key ?? randomUUID()} />
          <Camera v={v} />
          <div class="field">
            <label for="code">{t.door.code}</label>
            <input
              type="text"
              id="code"
              name="code"
              value={again?.code ?? ''}
              autocomplete="off"
              autocapitalize="characters"
              spellcheck={false}
              enterkeyhint="go"
              aria-describedby="code-help"
              autofocus={p.search === null}
            />
            <p class="help" id="code-help">
              {t.door.codeHelp}
            </p>
            <p class="field-error" role="alert" data-one-code hidden>
              {t.door.oneCode}
            </p>
          </div>
          <button class="button wide quiet">{again === null ? t.door.check : t.door.again}</button>
          <label class="sound" data-sound hidden>
            <input type="checkbox" autocomplete="off" /> {t.door.sound}
          </label>
        </form>
        <Search {...p} query={query} />
        <Reported v={v} />
        <Counts {...p} />
        <section data-recent hidden aria-labelledby="recent">
          <h2 id="recent">{t.door.recent}</h2>
          <ol class="recent"></ol>
        </section>
      </div>
      <OfflineAnswers {...p} />
    </Layout>
  );
}

/** The script shows it where there is a camera, and says why it cannot be used or has ended. */
const Camera = ({ v: { t } }: { v: View }) => (
  <>
    <div class="camera" data-camera hidden>
      <video muted playsinline aria-label={t.door.camera}></video>
      <p class="paused">{t.door.paused}</p>
    </div>
    <button type="button" class="button wide" data-start hidden>
      {t.door.start}
    </button>
    <p
      class="field-error"
      role="alert"
      data-no-camera
      data-refused={t.door.noCamera}
      data-ended={t.door.cameraEnded}
      hidden
    ></p>
  </>
);

function Counts({ v: { t, f }, counts }: DoorProps) {
  if (counts === null) {
    return (
      <p id="counts" class="muted">
        {t.door.noCounts}
      </p>
    );
  }
  const { admitted, sold } = counts;
  const sums = (of: 'ticketType' | 'gate'): [string, number][] => {
    const byName = new Map<string, number>();
    for (const one of counts.counts) byName.set(one[of], (byName.get(one[of]) ?? 0) + one.admitted);
    return [...byName];
  };
  return (
    <section id="counts" aria-labelledby="counts-title">
      <h2 id="counts-title" class="hidden">
        {t.door.counts}
      </h2>
      <p class="count">
        <span class="number">{f.number(admitted)}</span> {t.door.of(f.number(Math.max(sold, admitted)))}
      </p>
      {counts.double > 0 && <p class="muted">{t.door.double(f.number(counts.double))}</p>}
      {admitted > 0 && (
        <Facts
          class="small"
          rows={[...sums('ticketType'), ...sums('gate')].map(([name, count]) => [name, f.number(count), 'number'])}
        />
      )}
    </section>
  );
}
