/** A guard of an invariant, how to remove it, and the test that must fail without it. */
export interface Guard {
  readonly name: string;
  /** Each text must occur exactly once in its file, so that a guard that moved is reported. */
  readonly edits: readonly { readonly file: string; readonly text: string; readonly replacement: string }[];
  readonly testFile: string;
  /** The start of the test's name, without the names of its `describe` blocks. */
  readonly test: string;
}

const INTERLEAVINGS = 'services/workflows/src/purchase/interleavings.test.ts';
const PURCHASE_LIFE = 'packages/database/src/purchases/purchase-life.test.ts';

export const GUARDS: readonly Guard[] = [
  {
    name: 'the unique serial',
    edits: [
      {
        file: 'packages/database/migrations/0005_tickets.sql',
        text: 'create unique index event_tickets_one_per_serial',
        replacement: 'create index event_tickets_one_per_serial',
      },
    ],
    testFile: PURCHASE_LIFE,
    test: 'keeps nothing of a purchase of which one serial is taken',
  },
  {
    name: 'the idempotent reserve in Lua',
    edits: [
      {
        file: 'packages/inventory/lua/reserve.lua',
        text: '  if reservation then\n',
        replacement: '  if reservation and reservation.epoch > epoch then\n',
      },
    ],
    testFile: INTERLEAVINGS,
    test: 'at "reserve": the rerun does it again',
  },
  {
    name: 'the tombstone of a release in Lua',
    edits: [
      {
        file: 'packages/inventory/lua/reserve.lua',
        text: 'if tombstone and (',
        replacement: 'if false and (',
      },
    ],
    testFile: INTERLEAVINGS,
    test: 'undoes it: a reservation of the run before',
  },
  {
    name: 'the generation that persisting checks',
    edits: [
      {
        file: 'packages/database/src/purchases/persist.ts',
        text: ' and g.generation = i.generation',
        replacement: '',
      },
    ],
    testFile: PURCHASE_LIFE,
    test: 'from an inventory that was closed since is refused',
  },
  {
    name: 'the key of the capacity ledger',
    edits: [
      {
        file: 'packages/database/migrations/0010_capacity_ledger.sql',
        text: 'message_id uuid primary key,',
        replacement: 'message_id uuid not null,',
      },
      {
        file: 'packages/database/src/audit/apply-capacity-updates.ts',
        text: 'on conflict (message_id) do nothing\n',
        replacement: '',
      },
    ],
    testFile: 'packages/database/src/audit/apply-capacity-updates.test.ts',
    test: 'counts a message once',
  },
  {
    name: 'the payment key',
    edits: [
      {
        file: 'packages/payments/src/port.ts',
        text: '`${purchaseId}:${attempt}:${operation}`',
        replacement: '`${purchaseId}:${attempt}:${operation}:${Math.random()}`',
      },
    ],
    testFile: INTERLEAVINGS,
    test: 'at "authorise": the rerun does it again',
  },
  {
    name: 'the reversal of unknown outcomes',
    edits: [
      {
        file: 'services/workflows/src/purchase/activities/payment.ts',
        text: 'known ?? (await reverse(request, signal))',
        replacement: 'known',
      },
    ],
    testFile: INTERLEAVINGS,
    test: 'and that arrives after "not found"',
  },
];
