import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RememberedPorts } from '../servers/ports.js';

/** What a stack keeps between two starts, in `state.json`, readable by its owner alone. */
export interface StackState {
  /** Names the stack's RabbitMQ node, and its database directory where that stands elsewhere. */
  readonly id: string;
  readonly secrets: StackSecrets;
  ports: RememberedPorts;
  /** Where PostgreSQL's data is, when its account cannot enter the stack's own directory. */
  databaseHome?: string;
}

export interface StackSecrets {
  readonly jwt: string;
  readonly databaseSuperuser: string;
  readonly databaseOwner: string;
  readonly databaseService: string;
  readonly redis: string;
  readonly amqp: string;
  /** Signs the cookies of the shop's sessions. */
  readonly shopSession: string;
  /** The shop's private key, as the shop reads it. */
  readonly shopKey: string;
  /** Encrypts the secrets of webhook endpoints. */
  readonly webhooks: string;
  /** Signs the cookies of the console's sessions. */
  readonly consoleSession: string;
  /** The console's private key, as the console reads it. */
  readonly consoleKey: string;
  /** The private key of tickets' codes, as gateways read it. */
  readonly ticketKey: string;
}

const stateFile = (dir: string): string => join(dir, 'state.json');

/** Reads the state of the stack in `dir`, or makes the directory and a new state with new secrets. */
export function openState(dir: string): StackState {
  mkdirSync(dir, { recursive: true });
  // Others may pass through but not look: PostgreSQL may run under an account of its own.
  chmodSync(dir, 0o711);
  const known = readState(dir);
  const state: StackState = {
    id: randomBytes(4).toString('hex'),
    ports: {},
    ...known,
    // A secret that is newer than the state is added to it.
    secrets: { ...newSecrets(), ...known?.secrets },
  };
  saveState(dir, state);
  return state;
}

const newSecrets = (): StackSecrets => ({
  jwt: secret(),
  databaseSuperuser: secret(),
  databaseOwner: secret(),
  databaseService: secret(),
  redis: secret(),
  amqp: secret(),
  shopSession: secret(),
  webhooks: randomBytes(32).toString('base64'),
  shopKey: signingKey(),
  consoleSession: secret(),
  consoleKey: signingKey(),
  ticketKey: signingKey(),
});

/** The ports of the stack in `dir`, whether or not it runs. */
export const rememberedPorts = (dir: string): RememberedPorts => readState(dir)?.ports ?? {};

/** @throws when the file is there and cannot be read: its passwords are those of the data beside it */
function readState(dir: string): StackState | undefined {
  let text: string;
  try {
    text = readFileSync(stateFile(dir), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return JSON.parse(text) as StackState;
}

/** Whole or not at all, so that a launcher killed in the middle leaves the old state. */
export function saveState(dir: string, state: StackState): void {
  writePrivately(stateFile(dir), `${JSON.stringify(state, null, 2)}\n`);
}

/** Writes a file that its owner alone may read, by replacing the old one. */
export function writePrivately(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}

const signingKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

/** 192 random bits in characters that need no quoting in addresses and configuration files. */
const secret = (): string => randomBytes(24).toString('hex');
