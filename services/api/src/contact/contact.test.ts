import { randomUUID } from 'node:crypto';
import { verifyAuditLog } from '@box-office/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, tokenOf, type TestGateway } from '../testing/gateway.js';

let test: TestGateway;
let operator: string;

beforeAll(async () => {
  test = await openTestGateway();
  operator = await tokenOf('olga', { role: 'operator' });
});
afterAll(() => test.close());

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}
async function call(method: string, path: string, token: string, body?: unknown): Promise<Answer> {
  const response = await test.request(method, path, { token, ...(body !== undefined && { body }) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const newAddress = (): string => `ann.${randomUUID()}@example.com`;
const ANN = { name: 'Ann Lee', language: 'de' };

async function givenBy(userId: string, email: string, more: object = {}): Promise<string> {
  const token = await tokenOf(userId);
  expect((await call('PUT', '/api/contact', token, { ...ANN, email, ...more })).status).toBe(200);
  return token;
}

async function actsOn(userId: string) {
  const { rows } = await test.pool.query<{ action: string; actor: string; line: string }>(
    `select details ->> 'action' as action, actor, a::text as line from audit_logs a where user_id = $1 order by id`,
    [userId],
  );
  return rows;
}

describe('a buyer', () => {
  it('gives name and address, sees them again, and replaces them', async () => {
    const userId = `buyer_${randomUUID()}`;
    const token = await tokenOf(userId);
    expect(await call('GET', '/api/contact', token)).toMatchObject({
      status: 404,
      body: { type: '/problems/unknown-contact' },
    });
    const email = newAddress();
    await givenBy(userId, email, { name: '  Ann   Lee ' });
    const shown = await call('GET', '/api/contact', token);
    expect(shown).toMatchObject({ status: 200, body: { userId, ...ANN, email } });
    await givenBy(userId, email, { name: 'Ann Miller', language: 'en' });
    expect((await call('GET', '/api/contact', token)).body).toMatchObject({ name: 'Ann Miller', language: 'en' });
  });

  it('who types the address of somebody else sees and changes nothing of theirs', async () => {
    const email = newAddress();
    const ann = await givenBy(`ann_${randomUUID()}`, email);
    const before = await call('GET', '/api/contact', ann);
    const mallory = await givenBy(`mallory_${randomUUID()}`, email.toUpperCase(), { name: 'Mallory' });
    expect((await call('GET', '/api/contact', mallory)).body).toMatchObject({ name: 'Mallory' });
    expect(await call('GET', '/api/contact', ann)).toEqual(before);
  });

  it('gives a name with the joiners that its spelling needs', async () => {
    const ali = await givenBy(`ali_${randomUUID()}`, newAddress(), { name: 'علی\u200Cرضا\u200F' });
    expect((await call('GET', '/api/contact', ali)).body).toMatchObject({ name: 'علی\u200Cرضا' });
  });

  it('erases the own name and address, and those of no other buyer with the same address', async () => {
    const email = newAddress();
    const userId = `ann_${randomUUID()}`;
    const [ann, other] = [await givenBy(userId, email), await givenBy(`other_${randomUUID()}`, email)];
    const erase = () => call('DELETE', '/api/contact', ann);
    expect(await erase()).toEqual({ status: 200, body: { userIds: [userId], more: false } });
    expect(await erase()).toEqual({ status: 200, body: { userIds: [], more: false } });
    expect((await call('GET', '/api/contact', ann)).status).toBe(404);
    expect((await call('GET', '/api/contact', other)).body).toMatchObject({ email });
    const acts = await actsOn(userId);
    expect(acts).toMatchObject([{ action: 'erase_contact', actor: userId }]);
    expect(acts[0]?.line).not.toContain(email);
  });

  it.each([
    ['email', { email: 'ann' }],
    ['email', { email: 'ann@example' }],
    ['email', { email: 'ann@example.com\r\nBcc: all@example.com' }],
    ['email', { email: 'ann@example.com, bob@example.com' }],
    ['email', { email: `${'a'.repeat(250)}@example.com` }],
    ['name', { name: '' }],
    ['name', { name: 'a\u202Eb' }],
    ['name', { name: 'a'.repeat(101) }],
    ['language', { language: 'fr' }],
  ])('is told that the %s of %j cannot be used', async (path, wrong) => {
    const answer = await call('PUT', '/api/contact', await tokenOf('ann'), {
      ...ANN,
      email: newAddress(),
      ...wrong,
    });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path }] } });
  });

  it('cannot export or erase anything', async () => {
    for (const act of ['export', 'erase']) {
      const path = `/api/operations/contacts/${act}`;
      expect((await call('POST', path, await tokenOf('ann'), { userId: 'ann' })).status).toBe(403);
    }
  });
});

describe('an operator', () => {
  it('exports and erases by address, and the audit log has it without the data', async () => {
    const email = newAddress();
    const [first, second] = [`a_${randomUUID()}`, `b_${randomUUID()}`];
    await givenBy(first, email);
    const token = await givenBy(second, email.toUpperCase(), { name: 'Ann of the other browser' });
    const other = await givenBy(`c_${randomUUID()}`, newAddress());

    const exported = await call('POST', '/api/operations/contacts/export', operator, { email });
    expect(exported.body).toMatchObject({ contacts: [{ userId: first, ...ANN, email }, { userId: second }] });
    const erase = () => call('POST', '/api/operations/contacts/erase', operator, { email });
    expect(await erase()).toEqual({ status: 200, body: { userIds: [first, second], more: false } });
    expect(await erase()).toEqual({ status: 200, body: { userIds: [], more: false } });
    expect((await call('GET', '/api/contact', token)).status).toBe(404);
    expect((await call('GET', '/api/contact', other)).status).toBe(200);

    for (const userId of [first, second]) {
      const acts = await actsOn(userId);
      expect(acts).toMatchObject([
        { action: 'export_contact', actor: 'olga' },
        { action: 'erase_contact', actor: 'olga' },
      ]);
      for (const { line } of acts) for (const text of [email, 'Ann']) expect(line).not.toContain(text);
    }
    const reports: unknown[] = [];
    for await (const report of verifyAuditLog(test.pool)) reports.push(report);
    expect(reports.at(-1)).toMatchObject({ type: 'verdict', intact: true });
  });

  it('exports and erases everybody who has given an address, however many they are', async () => {
    const email = newAddress();
    const userIds = Array.from({ length: 150 }, (_, n) => `buyer_${String(n).padStart(3, '0')}_${randomUUID()}`);
    const contactsOf = (address: string, ids: readonly string[]) =>
      test.pool.query(
        `insert into contacts (user_id, name, email, language) select id, 'Ann', $1, 'en' from unnest($2::text[]) id`,
        [address, ids],
      );
    await contactsOf(email, userIds);
    const exported: string[] = [];
    for (let after: string | null = ''; after !== null;) {
      const query = `?limit=60${after && `&after=${after}`}`;
      const { body } = await call('POST', `/api/operations/contacts/export${query}`, operator, { email });
      exported.push(...(body['contacts'] as { userId: string }[]).map(({ userId }) => userId));
      after = body['next'] as string | null;
    }
    expect(exported).toEqual(userIds);

    const erase = () => call('POST', '/api/operations/contacts/erase', operator, { email });
    const { body } = await erase();
    expect(body['more']).toBe(false);
    expect((body['userIds'] as string[]).toSorted()).toEqual(userIds);

    const thousands = Array.from({ length: 1_050 }, () => `many_${randomUUID()}`);
    await contactsOf(email, thousands);
    const answers = [(await erase()).body, (await erase()).body];
    expect(answers.map(({ more }) => more)).toEqual([true, false]);
    expect(answers.flatMap(({ userIds: ids }) => ids as string[]).toSorted()).toEqual(thousands.toSorted());
  });

  it('erases one buyer, and what the buyer bought stays', async () => {
    const event = await test.createEvent([{ name: 'Standard', priceMinor: 4_500, total: 5 }]);
    const userId = `buyer_${randomUUID()}`;
    const token = await givenBy(userId, newAddress());
    expect((await test.buy({ eventId: event.id, quantity: 2 }, { token })).status).toBe(201);
    const erased = await call('POST', '/api/operations/contacts/erase', operator, { userId });
    expect(erased.body).toEqual({ userIds: [userId], more: false });
    const { body } = await call('GET', `/api/purchases?userId=${userId}`, operator);
    expect(body).toMatchObject({ purchases: [{ status: 'confirmed', tickets: [{}, {}] }] });
  });

  it('names one of address and buyer', async () => {
    for (const body of [{}, { email: newAddress(), userId: 'ann' }, { name: 'Ann' }]) {
      expect((await call('POST', '/api/operations/contacts/erase', operator, body)).status).toBe(422);
    }
  });
});
