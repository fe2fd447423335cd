import type { Supervised } from '../processes/supervisor.js';
import type { Reporter } from '../reporting.js';
import type { Ports } from './ports.js';
import type { StackState } from '../stack/state.js';

/** What every private server of a stack is started with. */
export interface ServerContext {
  /** The stack's directory; each server keeps its data in a folder of its own there. */
  readonly dir: string;
  readonly logDir: string;
  readonly pidDir: string;
  readonly state: StackState;
  readonly ports: Ports;
  /** The environment that servers start from. */
  readonly env: Readonly<Record<string, string>>;
  readonly autoRestart: boolean;
  /**
   * Whether PostgreSQL and Temporal wait for the disk. Without it data survives a kill of any process, not a loss of
   * power.
   */
  readonly fsync: boolean;
  readonly report: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** A private server, started and answering. */
export interface RunningServer<Address> {
  readonly address: Address;
  readonly handle: Supervised;
}
