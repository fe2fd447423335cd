import { CONSOLE_TOKEN_ISSUER, LOCAL_TOKEN_AUDIENCE, SHOP_TOKEN_ISSUER } from '@box-office/contract';
import type { LocalCertificate } from './local-certificate.js';

/** The processes that `startServices` knows. */
export type ServiceName = 'simulator' | 'mailbox' | 'worker' | 'auditConsumer' | 'api' | 'shop' | 'console';

const SIMULATOR_WEBHOOK_SECRET = 'whsec_simulator';

interface Links {
  /** Where the first process of a service is; undefined if there is none. */
  readonly urlOf: (service: ServiceName) => string | undefined;
  /** Of the mailbox. */
  readonly smtpPort: number | undefined;
  readonly certificate: LocalCertificate | undefined;
}

/** What services must know of each other: the pages their gateway, the gateway the issuers of the pages' tokens and the shop. */
export function linksBetween({ urlOf, smtpPort, certificate }: Links): Record<string, string> {
  const issuerAt = (pages: ServiceName, issuer: string, ...roles: string[]): object[] => {
    const url = urlOf(pages);
    const keys = `${url}/.well-known/jwks.json`;
    return url === undefined ? [] : [{ issuer, audience: LOCAL_TOKEN_AUDIENCE, roles, jwksUrl: keys }];
  };
  const [api, shop] = [urlOf('api'), urlOf('shop')];
  const issuers = [
    ...issuerAt('shop', SHOP_TOKEN_ISSUER, 'buyer', 'shop'),
    ...issuerAt('console', CONSOLE_TOKEN_ISSUER, 'door'),
  ];
  const mails = linksOfMails(smtpPort, shop);
  if (api === undefined || issuers.length === 0) return mails;
  return {
    ...mails,
    API_URL: api,
    TOKEN_ISSUERS: JSON.stringify(issuers),
    TRUSTED_PROXIES: '127.0.0.1',
    // The simulator's own secret: it protects nothing but its webhooks.
    ...(urlOf('simulator') !== undefined && {
      SIMULATOR_WEBHOOK_URL: `${api}/api/webhooks/stripe`,
      STRIPE_WEBHOOK_SECRET: SIMULATOR_WEBHOOK_SECRET,
      SIMULATOR_WEBHOOK_SECRET,
    }),
    ...(shop !== undefined && {
      PAYMENT_RETURN_ORIGINS: (certificate?.hosts ?? ['127.0.0.1', 'localhost'])
        .map((host) => shop.replace('127.0.0.1', host))
        .join(','),
    }),
    // The gateway reads the keys of the pages' tokens over HTTPS.
    ...(certificate && { NODE_EXTRA_CA_CERTS: certificate.caFile }),
  };
}

/** Where mails go, unless the environment says another place, and where their links lead. */
function linksOfMails(smtpPort: number | undefined, shop: string | undefined): Record<string, string> {
  if (shop === undefined) return {};
  const mailbox = { SMTP_URL: `smtp://127.0.0.1:${smtpPort}`, MAIL_FROM: 'Box Office <tickets@box-office.example>' };
  return { SHOP_URL: shop, ...(smtpPort !== undefined && mailbox) };
}
