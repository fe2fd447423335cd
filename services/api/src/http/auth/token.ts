import type { Caller } from '../context.js';

/** Clocks of the issuer and of this machine may differ by so much. */
export const CLOCK_TOLERANCE_S = 5;

/** What a token says about its caller, before the values are checked. */
export interface Claims {
  readonly sub?: unknown;
  readonly iss?: unknown;
  readonly aud?: unknown;
  readonly iat?: unknown;
  readonly exp?: unknown;
  readonly role?: unknown;
  readonly events?: unknown;
}

/**
 * Why a token is refused: a sentence for the caller. `unavailable`: it cannot be verified, because the issuer's keys
 * cannot be fetched at the moment.
 */
export type Refusal =
  { readonly kind: 'invalid'; readonly reason: string } | { readonly kind: 'unavailable'; readonly reason: string };

export type Verified = { readonly kind: 'valid'; readonly caller: Caller } | Refusal;

/** A token whose signature, `exp` and `nbf` are right. */
export type Signed = { readonly kind: 'signed'; readonly claims: Claims } | Refusal;

export const invalid = (reason: string): Refusal => ({ kind: 'invalid', reason });
export const EXPIRED = invalid('The token has expired.');
export const NOT_VALID = invalid('The token is not valid.');
