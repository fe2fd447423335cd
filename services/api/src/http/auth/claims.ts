import { nameFault } from '@box-office/contract';
import { ROLES, type Caller } from '../context.js';
import { eventId } from '../schemas.js';
import { CLOCK_TOLERANCE_S, invalid, type Claims, type Refusal, type Verified } from './token.js';

const MAX_SUBJECT_LENGTH = 128;
const MAX_EVENTS = 50;

/** `typ` of a bearer token (RFC 7519, RFC 9068); another kind of JWT is not for this API. */
const TOKEN_TYPE = /^(?:application\/)?(?:at\+)?jwt$/i;

/** The claims that a token for this API must have. */
export interface TokenRules {
  /** Required value of `iss`. */
  readonly issuer: string;
  /** Must be `aud`, or one of it. */
  readonly audience: string;
  /** Longest lifetime, from `iat` to `exp`. */
  readonly maxLifetimeS: number;
  /** Roles that the issuer may give. */
  readonly roles?: readonly Caller['role'][];
}

/** The caller that a signed token names, or why it is refused. */
export function callerOfToken(token: string, claims: Claims, rules: TokenRules): Verified {
  return wrongType(token) ?? wrongOrigin(claims, rules) ?? wrongLifetime(claims, rules) ?? callerIn(claims, rules);
}

function wrongType(token: string): Refusal | null {
  const header = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString()) as {
    typ?: unknown;
  };
  const { typ } = header;
  if (typ === undefined || (typeof typ === 'string' && TOKEN_TYPE.test(typ))) return null;
  return invalid('The type of the token (typ) must be JWT or at+jwt.');
}

function wrongOrigin({ iss, aud }: Claims, { issuer, audience }: TokenRules): Refusal | null {
  if (iss !== issuer) return invalid('The iss claim is missing or wrong.');
  const isMeant = Array.isArray(aud) ? aud.includes(audience) : aud === audience;
  return isMeant ? null : invalid('The aud claim is missing or wrong.');
}

function wrongLifetime({ iat, exp }: Claims, { maxLifetimeS }: TokenRules): Refusal | null {
  if (typeof iat !== 'number') return invalid('The iat claim is missing or wrong.');
  // Issued in the future, a token would be valid for longer than from its `iat` to its `exp`.
  if (iat > Date.now() / 1_000 + CLOCK_TOLERANCE_S) return invalid('The token is issued in the future.');
  return Number(exp) - iat <= maxLifetimeS ? null : invalid(`The token is valid for longer than ${maxLifetimeS} s.`);
}

function callerIn({ sub, role: said, events }: Claims, { roles = ROLES }: TokenRules): Verified {
  const role = said ?? 'buyer';
  // Subjects are part of Redis keys, search attributes and logs.
  if (typeof sub !== 'string' || !sub || sub.length > MAX_SUBJECT_LENGTH || /[\s\p{Cc}\p{Cs}]/u.test(sub)) {
    return invalid(`The subject must have 1 to ${MAX_SUBJECT_LENGTH} characters and no white space.`);
  }
  const fault = nameFault(sub);
  if (fault !== null) return invalid(`The subject cannot be used. ${fault}`);
  if (!isRole(role)) return invalid('The role is not known.');
  if (!roles.includes(role)) return invalid('The issuer of the token may not give this role.');
  if (role === 'door' && !areEvents(events)) {
    return invalid(`The events claim of a door must list 1 to ${MAX_EVENTS} event ids.`);
  }
  const caller: Caller = { subject: sub, role, ...(role === 'door' && areEvents(events) && { events }) };
  return { kind: 'valid', caller };
}

const isRole = (role: unknown): role is Caller['role'] => ROLES.some((one) => one === role);

const areEvents = (events: unknown): events is readonly string[] =>
  Array.isArray(events) &&
  events.length > 0 &&
  events.length <= MAX_EVENTS &&
  events.every((id) => eventId.safeParse(id).success);
