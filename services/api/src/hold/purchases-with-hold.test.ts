import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, standard, type TestGateway } from '../testing/gateway.js';
import { holdRequestsTo, newBuyer, type HoldRequests } from './testing/hold-requests.js';

let test: TestGateway;
let hold: HoldRequests['hold'];
let buy: HoldRequests['buy'];
let held: HoldRequests['held'];
let lapse: HoldRequests['lapse'];

beforeAll(async () => {
  test = await openTestGateway();
  ({ hold, buy, held, lapse } = holdRequestsTo(test));
});
afterAll(() => test.close());

describe('a purchase that names a hold', () => {
  it('buys what was held, although nothing else is left, and counts once for the limit', async () => {
    const event = await test.createEvent([standard(3)], { limitPerBuyer: 3 });
    const buyer = await newBuyer();
    const { holdId } = (await hold({ eventId: event.id, quantity: 3 }, buyer)).body;
    const bought = await buy({ eventId: event.id, holdId }, buyer.token);
    expect(bought.status).toBe(201);
    expect(bought.body.tickets.map(({ serial }) => serial)).toEqual([1, 2, 3]);
  });

  it('may name the same tickets again, and is refused with 422 if they or the event are others', async () => {
    const { holdId, buyer, eventId } = await held(5, 2);
    const other = await test.createEvent([standard(5)]);
    expect((await buy({ eventId, holdId, quantity: 1 }, buyer.token)).status).toBe(422);
    expect((await buy({ eventId, holdId, quantity: 2, ticketType: 'VIP' }, buyer.token)).status).toBe(422);
    expect((await buy({ eventId: other.id, holdId }, buyer.token)).status).toBe(422);
    const items = [{ ticketType: 'Standard', quantity: 2 }];
    expect((await buy({ eventId, holdId, items }, buyer.token)).status).toBe(201);
  });

  it('follows the hold where a quantity is named without a ticket type', async () => {
    const event = await test.createEvent([standard(5), { name: 'Student', priceMinor: 900, total: 5 }]);
    const buyer = await newBuyer();
    const taken = await hold({ eventId: event.id, quantity: 2, ticketType: 'Student' }, buyer);
    const body = { eventId: event.id, holdId: taken.body.holdId, quantity: 2 };
    const bought = await test.buy(body, { token: buyer.token });
    expect(bought.status).toBe(201);
    expect(await bought.json()).toMatchObject({ tickets: [{ ticketType: 'Student' }, { ticketType: 'Student' }] });
    expect((await test.buy({ ...body, ticketType: 'Standard' }, { token: buyer.token })).status).toBe(422);
  });

  it('is another request than one that names none', async () => {
    const { holdId, buyer, eventId } = await held(5, 1);
    const key = randomUUID();
    const first = await buy({ eventId, holdId }, buyer.token, key);
    expect(await buy({ eventId, holdId }, buyer.token, key)).toMatchObject({ status: 201, body: first.body });
    const without = await buy({ eventId, items: [{ ticketType: 'Standard', quantity: 1 }] }, buyer.token, key);
    expect(without.body.type).toBe('/problems/idempotency-key-reused');
  });

  it('buys other tickets if it lapsed and there is room, and else says that it had lapsed', async () => {
    const { holdId, buyer, eventId } = await held(3, 2);
    await lapse(holdId, eventId);
    await hold({ eventId, quantity: 1 }, await newBuyer());
    const bought = await buy({ eventId, holdId }, buyer.token);
    expect(bought).toMatchObject({ status: 201, body: { tickets: [{ serial: 2 }, { serial: 3 }] } });

    const late = await held(2, 2);
    await lapse(late.holdId, late.eventId);
    await hold({ eventId: late.eventId, quantity: 2 }, await newBuyer());
    const refused = await buy({ eventId: late.eventId, holdId: late.holdId }, late.buyer.token);
    expect(refused).toMatchObject({ status: 409, body: { type: '/problems/sold-out', holdLapsed: true } });
    expect(refused.body.detail).toMatch(/^The hold had lapsed\./);
  });
});
