import { LOCAL_TOKEN_AUDIENCE, LOCAL_TOKEN_ISSUER } from '@box-office/contract';
import { SignJWT } from 'jose';

/** Local tokens outlive a stack that runs for a few days, and are made again at each start. */
const LIFETIME = '7 days';

interface TokenClaims {
  readonly subject: string;
  readonly role: 'buyer' | 'operator' | 'door';
  /** For the role `door`: the events that it may admit for. */
  readonly events?: readonly string[];
}

/** A bearer token as the gateway takes it (HS256), for the subject in that role. */
export async function signToken(secret: string, { subject, ...claims }: TokenClaims): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(LOCAL_TOKEN_ISSUER)
    .setAudience(LOCAL_TOKEN_AUDIENCE)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(LIFETIME)
    .sign(new TextEncoder().encode(secret));
}
