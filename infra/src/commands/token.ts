import { readLauncherConfig } from '../config.js';
import { signToken } from '../demo/tokens.js';
import { LauncherFailure } from '../failure.js';

/** Prints a token for gateways with the same `JWT_SECRET`, for trying things out: `token buyer ann`. */
export async function token([role, subject, ...others]: readonly string[]): Promise<number> {
  if ((role !== 'buyer' && role !== 'operator') || !subject || others.length > 0) {
    throw new LauncherFailure('name a role, buyer or operator, and a subject: buyer ann');
  }
  const { jwtSecret } = readLauncherConfig();
  if (jwtSecret === undefined) throw new LauncherFailure('JWT_SECRET is not set');
  console.log(await signToken(jwtSecret, { subject, role }));
  return 0;
}
