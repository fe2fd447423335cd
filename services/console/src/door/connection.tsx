import type { View } from '../http/view.js';

/** Whether there is a connection, and how old the list on the device is. The script shows it and fills it in. */
export function Connection({ v: { t }, query }: { v: View; query: string }) {
  const { connection } = t;
  return (
    <div
      class="connection"
      hidden
      data-connection
      data-connected={connection.connected}
      data-offline={connection.offline('{since}')}
      data-signed_out={connection.signedOut('{since}')}
      data-not_assigned={connection.notAssigned}
      data-online-only={connection.onlineOnly}
      data-list={connection.list('{time}')}
      data-waiting={connection.waiting('{count}')}
    >
      <span class="symbol" aria-hidden="true"></span>
      <span role="status" data-part="mode"></span>
      <span data-part="list"></span>
      <span data-part="waiting"></span>
      <a href={`/door?${query}`} hidden>
        {connection.signIn}
      </a>
    </div>
  );
}

/** What turned out when the connection was back. The script shows it and fills it in. */
export function Settled({ v: { t } }: { v: View }) {
  const { settled } = t;
  return (
    <section
      class="message warn"
      role="status"
      aria-labelledby="settled"
      hidden
      data-settled
      data-double={settled.double('{time}', '{ticket}', '{gate}', '{otherTime}')}
      data-cancelled={settled.cancelled('{time}', '{ticket}')}
      data-outdated={settled.outdated('{time}', '{ticket}')}
      data-other={settled.other('{time}')}
    >
      <h2 id="settled">{settled.title}</h2>
      <ul></ul>
    </section>
  );
}
