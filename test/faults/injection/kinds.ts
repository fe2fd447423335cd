import { OptionError } from '../../support/option-error.js';
import { connectionCuts } from './connections.js';
import type { FaultKind } from './fault.js';
import { networkCut, networkSilence, networkSlow } from './network.js';
import { messageShuffle } from './messages.js';
import { workflowCancellation, workflowReset, workflowTermination } from './operators.js';
import { killAfterCapture, webhooks } from './payment-provider.js';
import { processKills, processPause } from './processes.js';
import { redisOld, redisWipe } from './redis-data.js';
import { malformedData } from './malformed-data.js';
import { serverKills, serverPause, serverStops } from './servers.js';

/**
 * Every kind of fault. Most of those of the payment provider are not here: buyers choose them with their payment methods.
 */
export const FAULT_KINDS: readonly FaultKind[] = [
  ...processKills,
  ...serverStops,
  ...serverKills,
  redisWipe,
  redisOld,
  networkCut,
  networkSlow,
  networkSilence,
  connectionCuts,
  processPause,
  serverPause,
  messageShuffle,
  malformedData,
  webhooks,
  killAfterCapture,
  workflowTermination,
  workflowCancellation,
  workflowReset,
];

/**
 * The kinds whose names contain one of these texts; all of them where none is given.
 *
 * @throws OptionError for a text that no name contains
 */
export function kindsNamed(texts: readonly string[]): readonly FaultKind[] {
  for (const text of texts) {
    if (!FAULT_KINDS.some(({ name }) => name.includes(text))) {
      throw new OptionError(
        `no kind of fault has ${text} in its name; the kinds are: ${FAULT_KINDS.map(({ name }) => name).join(', ')}`,
      );
    }
  }
  return texts.length === 0 ? FAULT_KINDS : FAULT_KINDS.filter(({ name }) => texts.some((text) => name.includes(text)));
}
