import { readLauncherConfig, refuseLiveKey } from '../config.js';
import { demoClient } from '../demo/api.js';
import { prepareDemoEvents, sellDemoTickets } from '../demo/events.js';
import { signToken } from '../demo/tokens.js';
import { LauncherFailure } from '../failure.js';
import { switches } from './arguments.js';

/** Creates the demo events that are missing at the gateway `API_URL`, whose tokens `JWT_SECRET` signs. */
export async function demo(args: readonly string[]): Promise<number> {
  switches(args, []);
  const config = readLauncherConfig();
  refuseLiveKey(config);
  const { jwtSecret, inherited } = config;
  const url = inherited['API_URL'];
  if (jwtSecret === undefined || url === undefined) throw new LauncherFailure('set API_URL and JWT_SECRET');
  const operatorToken = await signToken(jwtSecret, { subject: 'demo-operator', role: 'operator' });
  const operator = demoClient({ url, token: operatorToken });
  await prepareDemoEvents(operator, new Date());
  await sellDemoTickets(operator, new Date(), console);
  return 0;
}
