/** One thing that keeps an invariant, how to take it away, and the test that must notice. */
export interface Guard {
  readonly name: string;
  /** Each text must occur exactly once in its file: a guard that has moved is noticed. */
  readonly edits: readonly { readonly file: string; readonly text: string; readonly instead: string }[];
  readonly testFile: string;
  /** The beginning of the test's name, without that of its group. */
  readonly test: string;
}

const INTERLEAVINGS = 'services/workflows/src/activities/interleavings.test.ts';
const PURCHASE_LIFE = 'packages/records/src/purchases/purchase-life.test.ts';

export const GUARDS: readonly Guard[] = [
  {
    name: 'the unique serial',
    edits: [
      {
        file: 'packages/records/migrations/0002_purchases.sql',
        text: 'create unique index event_tickets_one_per_serial',
        instead: 'create index event_tickets_one_per_serial',
      },
    ],
    testFile: PURCHASE_LIFE,
    test: 'keeps nothing of a purchase of which one serial is taken',
  },
  {
    name: 'the idempotent reserve in Lua',
    edits: [
      {
        file: 'packages/inventory/src/lua/reserve.lua.ts',
        text: '  if hold then\n',
        instead: '  if hold and hold.epoch > epoch then\n',
      },
    ],
    testFile: INTERLEAVINGS,
    test: 'at "reserve": the rerun does it again',
  },
  {
    name: 'the tombstone of a release in Lua',
    edits: [
      {
        file: 'packages/inventory/src/lua/reserve.lua.ts',
        text: 'if buried and (',
        instead: 'if false and (',
      },
    ],
    testFile: INTERLEAVINGS,
    test: 'undoes it: a reservation of the run before',
  },
  {
    name: 'the generation that persisting checks',
    edits: [
      {
        file: 'packages/records/src/purchases/persist.ts',
        text: ' and g.generation = i.generation',
        instead: '',
      },
    ],
    testFile: PURCHASE_LIFE,
    test: 'from an inventory that was closed since is refused',
  },
  {
    name: 'the key of the capacity ledger',
    edits: [
      {
        file: 'packages/records/migrations/0003_audit.sql',
        text: 'message_id uuid primary key,',
        instead: 'message_id uuid not null,',
      },
      {
        file: 'packages/records/src/audit/apply-capacity-updates.ts',
        text: 'on conflict (message_id) do nothing\n',
        instead: '',
      },
    ],
    testFile: 'packages/records/src/audit/apply-capacity-updates.test.ts',
    test: 'counts a message once',
  },
  {
    name: 'the payment key',
    edits: [
      {
        file: 'packages/payments/src/port.ts',
        text: '`${purchaseId}:${attempt}:${operation}`',
        instead: '`${purchaseId}:${attempt}:${operation}:${Math.random()}`',
      },
    ],
    testFile: INTERLEAVINGS,
    test: 'at "authorise": the rerun does it again',
  },
  {
    name: 'the reversal of unknown outcomes',
    edits: [
      {
        file: 'services/workflows/src/activities/paying.ts',
        text: 'known ?? (await reverse(request, signal))',
        instead: 'known',
      },
    ],
    testFile: INTERLEAVINGS,
    test: 'and that arrives after "not found"',
  },
];
