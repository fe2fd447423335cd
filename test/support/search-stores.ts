import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { ProvidedContext } from 'vitest';
import type { TestSystem } from './test-system.js';

/** All stores of a test run, searched for a text. */
export interface Stores {
  /** Names of the tables, stores and folders that have it. */
  find(text: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Read by statements: its files keep what was deleted, until they are used again. */
const NO_FILES = new Set(['postgres', 'mailbox']);

export async function openStores(
  stack: ProvidedContext['stack'],
  { pool, redis }: Pick<TestSystem, 'pool' | 'redis'>,
): Promise<Stores> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const temporal = new Client({ connection, namespace: stack.temporalNamespace });
  const since = new Date().toISOString();
  return {
    async find(text) {
      const places = await tablesWith(pool, text);
      if (await isInRedis(redis, text)) places.push('Redis');
      if (await isInTemporal(temporal, since, text)) places.push('Temporal');
      return [...places, ...foldersWith(stack.dir, text)];
    },
    close: () => connection.close(),
  };
}

async function tablesWith(pool: pg.Pool, text: string): Promise<string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and not relispartition and has_table_privilege(oid, 'select') order by relname`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rowCount } = await pool.query(`select from ${name} x where strpos(lower(x::text), lower($1)) > 0`, [text]);
    if (rowCount !== null && rowCount > 0) found.push(name);
  }
  return found;
}

async function isInRedis(redis: Redis, text: string): Promise<boolean> {
  for await (const keys of redis.scanStream({ count: 500 }) as AsyncIterable<string[]>) {
    for (const key of keys) if ((key + (await valueOf(redis, key))).includes(text)) return true;
  }
  return false;
}

async function valueOf(redis: Redis, key: string): Promise<string> {
  switch (await redis.type(key)) {
    case 'string':
      return (await redis.get(key)) ?? '';
    case 'hash':
      return JSON.stringify(await redis.hgetall(key));
    case 'set':
      return JSON.stringify(await redis.smembers(key));
    case 'zset':
      return JSON.stringify(await redis.zrange(key, '0', '-1'));
    case 'list':
      return JSON.stringify(await redis.lrange(key, 0, -1));
    default:
      return '';
  }
}

/** Names, ids, memos, attributes and all payloads of the histories of workflows since then. */
async function isInTemporal({ workflow }: Client, since: string, text: string): Promise<boolean> {
  for await (const { workflowId, runId } of workflow.list({ query: `StartTime >= "${since}"` })) {
    if (contains(await workflow.getHandle(workflowId, runId).fetchHistory(), text)) return true;
  }
  return false;
}

/** Whether a text, or bytes, anywhere within has it. Written as JSON these objects would have their bytes in Base64. */
function contains(value: unknown, text: string): boolean {
  if (typeof value === 'string') return value.includes(text);
  if (value instanceof Uint8Array) return Buffer.from(value).includes(text);
  return typeof value === 'object' && value !== null && Object.values(value).some((one) => contains(one, text));
}

/** Folders of the stack of which a file has the text, byte by byte: also what is deleted and not overwritten yet. */
function foldersWith(dir: string, text: string): string[] {
  const found = new Set<string>();
  for (const folder of readdirSync(dir, { withFileTypes: true })) {
    if (!folder.isDirectory() || NO_FILES.has(folder.name)) continue;
    const name = folder.name === 'logs' ? 'log' : folder.name;
    for (const file of readdirSync(join(dir, folder.name), { recursive: true })) {
      if (isIn(join(dir, folder.name, String(file)), text)) found.add(`${name} files`);
    }
  }
  return [...found];
}

function isIn(file: string, text: string): boolean {
  try {
    return statSync(file).isFile() && readFileSync(file).includes(text);
  } catch (error) {
    // Servers remove their files while these are read.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
