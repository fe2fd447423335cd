/**
 * - `returned`: no queue would take the message
 * - `nacked`: the broker refused it
 * - `lost`: the connection broke before the confirmation; it may have been published
 * - `timeout`: no confirmation in time; it may have been published, now or later
 * - `aborted`: the caller's signal; it may have been published
 * - `closed`: the publisher is closed
 * - `invalid`: it cannot be encoded
 */
export type PublishFailure = 'returned' | 'nacked' | 'lost' | 'timeout' | 'aborted' | 'closed' | 'invalid';

/** Not every message of a list was confirmed. Publishing the list again is always right, except after `invalid`. */
export class PublishError extends Error {
  override readonly name = 'PublishError';

  constructor(
    readonly reason: PublishFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
