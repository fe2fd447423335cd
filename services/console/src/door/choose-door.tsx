import { Choice, TextField } from '@box-office/ui';
import { showPage, type Event } from '@box-office/web';
import { Column, NoticePage } from '../http/layout.js';
import type { ConsoleContext, ConsoleDeps, View } from '../http/view.js';
import { askToSignIn } from '../sign-in/sign-in.js';
import { mayWorkAt } from '../sign-in/staff.js';

const MAX_EVENTS = 50;

/** Events to admit for, the next one first. */
export async function chooseDoor(c: ConsoleContext, deps: ConsoleDeps): Promise<Response> {
  const v = c.get('view');
  const { staff } = v;
  if (staff === null) return askToSignIn(c, deps, { back: '/', status: 200 });
  if (staff.events.length === 0) return showPage(c, <NoEventsPage v={v} />);
  const reply = await deps.catalogue.list();
  if (!reply.ok) return showPage(c, <NoticePage v={v} {...v.t.unreachable} />, 503);
  const own = reply.data.filter(({ id }) => mayWorkAt(staff, id));
  const open = own.filter(({ endsAt, status }) => status !== 'cancelled' && Date.parse(endsAt) > v.nowMs);
  const sorted = open.toSorted((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt)).slice(0, MAX_EVENTS);
  return showPage(c, <ChoosePage v={v} events={sorted} />);
}

/** For who has proved who it is, and may work at no door. */
const NoEventsPage = ({ v }: { v: View }) => (
  <Column v={v} title={v.t.noEvents.title} lead={v.t.noEvents.text}>
    <form method="post" action="/sign-out">
      <button class="button wide">{v.t.nav.signOut}</button>
    </form>
  </Column>
);

function ChoosePage({ v, events }: { v: View; events: readonly Event[] }) {
  const { t, f } = v;
  return (
    <Column v={v} title={t.choose.title}>
      {events.length === 0 ? (
        <p class="lead">{t.choose.none}</p>
      ) : (
        <form class="stack loose" method="get" action="/door">
          <fieldset class="choices">
            <legend>{t.choose.event}</legend>
            {events.map((event, i) => (
              <Choice
                type="radio"
                name="event"
                value={event.id}
                label={event.name}
                checked={i === 0}
                help={`${f.shortDay(event.startsAt, event.timeZone)}, ${f.time(event.startsAt, event.timeZone)} · ${event.venue}`}
              />
            ))}
          </fieldset>
          <TextField
            id="gate"
            label={t.choose.gate}
            help={t.choose.gateHelp}
            value={t.choose.defaultGate}
            autocomplete="off"
            maxlength={40}
            required
            errors={[]}
          />
          <button class="button wide">{t.choose.open}</button>
        </form>
      )}
    </Column>
  );
}
