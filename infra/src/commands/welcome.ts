import { join } from 'node:path';
import type { Terminal } from '../console/terminal.js';
import type { DemoEvent } from '../demo/events.js';
import { formatDuration, shownPath } from '../reporting.js';
import type { LocalCertificate } from '../stack/local-certificate.js';
import type { StackEnv } from '../stack/stack-env.js';
import { localDir } from './local-dirs.js';

/** The last screen of a start: where everything is, and a request to paste. */
export function printWelcome(
  terminal: Terminal,
  o: {
    env: StackEnv;
    event: DemoEvent;
    purchaseId: string;
    certificate: LocalCertificate | undefined;
    tookMs: number;
  },
): void {
  const { env } = o;
  const ui = env.TEMPORAL_UI_URL;
  const namespace = `${ui}/namespaces/${env.TEMPORAL_NAMESPACE}/workflows`;
  const query = encodeURIComponent(`PurchaseIds = "${o.purchaseId}"`);
  terminal.heading(`Up in ${formatDuration(o.tookMs)}`);
  terminal.table([
    ['Shop', env.SHOP_URL],
    ['Door', env.CONSOLE_URL],
    ...(env.MAILBOX_URL === '' ? [] : ([['Mailbox', env.MAILBOX_URL]] as const)),
    ['API', env.API_URL],
    ['Documentation', `${env.API_URL}/docs`],
    ...(ui === ''
      ? []
      : ([
          ['Temporal UI', namespace],
          ['This purchase', `${namespace}?query=${query}`],
        ] as const)),
    ['Addresses, tokens', shownPath(join(localDir(), 'stack.env'))],
  ]);
  if (o.certificate) printCertificate(terminal, env, o.certificate);
  const body = JSON.stringify({ eventId: o.event.id, quantity: 1, payment: { method: 'pm_card_visa' } });
  terminal.heading('Buy a ticket yourself');
  terminal.plain(
    [
      `curl -i ${env.API_URL}/api/tickets/purchase \\`,
      `  -H 'Authorization: Bearer ${env.BUYER_TOKEN}' \\`,
      `  -H 'Content-Type: application/json' -H "Idempotency-Key: $(date +%s%N)" \\`,
      `  -d '${body}'`,
    ].join('\n'),
  );
}

/** What a phone needs to use the door: the address in the network, and trust. */
function printCertificate(terminal: Terminal, env: StackEnv, { hosts, caFile }: LocalCertificate): void {
  const inNetwork = (url: string): string => url.replace('127.0.0.1', hosts[0] ?? '127.0.0.1');
  terminal.heading('On a phone in the same network');
  terminal.table([
    ['Shop', inNetwork(env.SHOP_URL)],
    ['Door', inNetwork(env.CONSOLE_URL)],
    ['To be trusted', shownPath(caFile)],
  ]);
}
