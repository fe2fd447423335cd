/**
 * Valid bodies by method and path, with which "Try it out" begins. Without them it would fill in every field, even those
 * that exclude each other.
 */
export const BODY_EXAMPLES: Readonly<Record<string, object>> = {
  'post /api/tickets/purchase': { eventId: '1', quantity: 2, payment: { method: 'pm_approve' } },
  'post /api/tickets/holds': { eventId: '1', quantity: 2 },
  'post /api/purchases/{id}/cancel': { reason: 'I cannot come.' },
  'post /api/check-ins': { code: '04XJ2R5C9KQ3', gate: 'Gate B' },
  'post /api/events': {
    name: 'Autumn concert',
    venue: 'Great Hall',
    startsAt: '2030-10-05T19:30:00+02:00',
    endsAt: '2030-10-05T22:00:00+02:00',
    timeZone: 'Europe/Vienna',
    currency: 'EUR',
    ticketTypes: [{ name: 'Standard', priceMinor: 4_500, total: 100 }],
  },
  'post /api/operations/purchases/{id}/resolve': { action: 'retry', reason: 'The provider has fixed the fault.' },
  'post /api/operations/webhooks': { url: 'https://shop.example/hooks', types: ['purchase.confirmed'] },
  'patch /api/operations/webhooks/{id}': { types: ['purchase.confirmed', 'purchase.cancelled'] },
  'post /api/operations/webhooks/{id}/rotate-secret': { previousValidS: 86_400 },
  'post /api/operations/webhooks/{id}/replay': { from: '2030-10-05T19:30:00Z' },
  'patch /api/events/{id}': { name: 'Autumn concert, with an encore' },
  'post /api/events/{id}/cancel': { reason: 'The artist is ill.' },
};
