import { createApiClient, problemText, type ApiClient, type Schema } from '@box-office/api-client';
import { signToken } from '@box-office/infra';

const TIMEOUT_MS = 60_000;

/** Clients of one gateway, for any user. */
export interface GatewayClients {
  readonly operator: ApiClient;
  buyer(userId: string): Promise<ApiClient>;
}

export async function openGatewayClients(url: string, jwtSecret: string): Promise<GatewayClients> {
  const clientOf = async (subject: string, role: 'buyer' | 'operator'): Promise<ApiClient> =>
    createApiClient({ url, token: await signToken(jwtSecret, { subject, role }), timeoutMs: TIMEOUT_MS });
  return {
    operator: await clientOf('operator', 'operator'),
    buyer: (userId) => clientOf(userId, 'buyer'),
  };
}

type EventFields = Partial<Schema<'NewEvent'>> & Pick<Schema<'NewEvent'>, 'name' | 'ticketTypes'>;

/** Creates an event of the far future, on sale. @throws Error if it is refused */
export async function createEventOnSale(operator: ApiClient, fields: EventFields): Promise<Schema<'Event'>> {
  const { data, error, response } = await operator.POST('/api/events', {
    body: {
      venue: 'Hall',
      startsAt: '2035-01-01T19:00:00Z',
      endsAt: '2035-01-01T22:00:00Z',
      timeZone: 'Europe/Paris',
      currency: 'EUR',
      ...fields,
    },
  });
  if (data === undefined) throw new Error(`no event was created: ${response.status} ${problemText(error)}`);
  return data;
}
