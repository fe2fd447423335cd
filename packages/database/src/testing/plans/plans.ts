import { createLogger, createPool } from '@box-office/platform';
import pg from 'pg';
import { openEventFixture } from '../../cancellations/testing/event-fixture.js';
import { freshDatabase } from '../../testing.js';
import { grow, GROWING } from './growth.js';
import { hotStatements, pagedStatements, type Statement } from './hot-statements.js';

/** A statement whose cost grows with a table. */
export interface ExpensivePlan {
  readonly rows: number;
  readonly statement: string;
  /** Node and table of the plan. */
  readonly step: string;
}

/**
 * Plans the statements that have to stay cheap while the tables grow: prepared ones once, on empty tables, and kept for
 * the life of a connection; the others at each size.
 *
 * @param o.sizes rows of the tables, ascending
 * @returns the plans that read all of a table
 */
export async function expensivePlans(
  stack: Parameters<typeof freshDatabase>[0],
  o: { readonly sizes: readonly number[] },
): Promise<{ readonly statements: number; readonly expensive: ExpensivePlan[] }> {
  const fixture = await openEventFixture(stack);
  const [hot, paged] = [await hotStatements(fixture), await pagedStatements(fixture)];
  await fixture.close();

  const database = await freshDatabase(stack);
  const logger = createLogger({ service: 'test', level: 'silent' });
  const at = { url: database.databaseUrl, applicationName: 'plans', max: 1, logger };
  const pools = [createPool(at), createPool({ ...at, planning: 'by_size' })] as const;
  // Kept open: prepared statements end with their connection.
  const [byIndex, bySize] = [await pools[0].connect(), await pools[1].connect()];
  const ownerUrl = new URL(stack.databaseOwnerUrl);
  ownerUrl.pathname = new URL(database.databaseUrl).pathname;
  const owner = new pg.Client({ connectionString: ownerUrl.href });
  await owner.connect();
  const expensive: ExpensivePlan[] = [];

  async function check(rows: number): Promise<void> {
    for (const [session, statements] of [
      [byIndex, hot],
      [bySize, paged],
    ] as const) {
      for (const [place, statement] of statements.entries()) {
        const isPrepared = session === byIndex && statement.name !== undefined;
        const plan = await (isPrepared ? kept(session, place, statement) : planned(session, statement));
        // A kept plan has to be cheap at every size.
        const steps = stepsOver(plan, isPrepared ? Infinity : rows);
        const name = statement.name ?? statement.text.trim().slice(0, 200);
        expensive.push(...steps.map((step) => ({ rows, statement: name, step })));
      }
    }
  }

  try {
    // The plan that a connection uses in the end.
    await byIndex.query('set plan_cache_mode = force_generic_plan');
    for (const [place, { name, text }] of hot.entries()) {
      if (name !== undefined) await byIndex.query(`prepare hot_${place} as ${text}`);
    }
    let grown = 0;
    for (const rows of o.sizes) {
      if (rows > grown) await grow(owner, grown + 1, rows);
      grown = rows;
      await check(rows);
    }
    await owner.query('analyze');
    await check(grown);
  } finally {
    for (const session of [byIndex, bySize]) session.release();
    await Promise.all([...pools.map((pool) => pool.end()), owner.end()]);
    await database.drop();
  }
  return { statements: hot.length + paged.length, expensive };
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly Plan[];
}
type Explained = { readonly 'QUERY PLAN': readonly { readonly Plan: Plan }[] };

/** The kept plan of a prepared statement. */
async function kept(session: pg.ClientBase, place: number, { values }: Statement): Promise<Plan> {
  const given = values.length === 0 ? '' : `(${values.map(literal).join(', ')})`;
  const { rows } = await session.query<Explained>(`explain (format json) execute hot_${place}${given}`);
  return planIn(rows);
}

async function planned(session: pg.ClientBase, { text, values }: Statement): Promise<Plan> {
  const { rows } = await session.query<Explained>(`explain (format json) ${text}`, [...values]);
  return planIn(rows);
}

function planIn(rows: readonly Explained[]): Plan {
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (!plan) throw new Error('there is no plan');
  return plan;
}

/** Indexes of unfinished work only: reading all of one is as cheap as the work that is left. */
const OF_UNFINISHED = [
  'event_ticket_transactions_open',
  'ticket_cancellations_unsettled',
  'ticket_cancellations_unsettled_by_event',
  'ticket_holds_active_by_event',
  'ticket_holds_active_by_end',
];
/** Reading all of a table this small is no worse than an index scan. */
const FEW_ROWS = 1_000;

/**
 * The steps of a plan that read all of a table that is not small. A scan in the order of an index may, if its reader
 * stops early.
 */
function stepsOver(plan: Plan, purchases: number, isLimited = false): string[] {
  const { 'Node Type': node, 'Relation Name': table = '', 'Index Name': index = '', 'Index Cond': condition } = plan;
  const isLarge = purchases * (GROWING[table] ?? 0) > FEW_ROWS;
  const isUnbounded = /^Index( Only)? Scan$/.test(node) && condition === undefined && !isLimited;
  const isWhole = node === 'Seq Scan' || (isUnbounded && !OF_UNFINISHED.includes(index));
  const own = isLarge && isWhole ? [`${node} on ${table} ${index}`] : [];
  const stopsInTime = node === 'Limit' || (isLimited && !/Sort|Aggregate|Hash/.test(node));
  return [...own, ...(plan.Plans ?? []).flatMap((child) => stepsOver(child, purchases, stopsInTime))];
}

/** A value as a literal. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return pg.escapeLiteral(Array.isArray(value) ? `{${value.map(element).join(',')}}` : textOf(value));
}

const element = (value: unknown): string =>
  value === null ? 'null' : `"${textOf(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value instanceof Date ? value.toISOString() : JSON.stringify(value);
}
