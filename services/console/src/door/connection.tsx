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
export function Reported({ v: { t } }: { v: View }) {
  const { reported } = t;
  return (
    <section
      class="message warn"
      role="status"
      aria-labelledby="reported"
      hidden
      data-reported
      data-double={reported.double('{time}', '{ticket}', '{gate}', '{otherTime}')}
      data-cancelled={reported.cancelled('{time}', '{ticket}')}
      data-outdated={reported.outdated('{time}', '{ticket}')}
      data-other={reported.other('{time}')}
    >
      <h2 id="reported">{reported.title}</h2>
      <ul></ul>
    </section>
  );
}
