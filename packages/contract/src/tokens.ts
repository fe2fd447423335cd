/** Issuer and audience of tokens that are signed with a shared secret, where the gateway is not told others. */
export const LOCAL_TOKEN_ISSUER = 'box-office-local';
export const LOCAL_TOKEN_AUDIENCE = 'box-office';

/** Issuer of the shop's tokens, where it is not told another. */
export const SHOP_TOKEN_ISSUER = 'box-office-shop';

/** Issuer of the console's tokens, where it is not told another. */
export const CONSOLE_TOKEN_ISSUER = 'box-office-console';

/**
 * Subjects that the shop makes for guests, as a regular expression of JavaScript and of PostgreSQL. A guest link gives no
 * other subject away.
 */
export const GUEST_SUBJECT = '^guest-[a-zA-Z0-9-]{36}$';
