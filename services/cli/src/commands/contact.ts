import type { Schema } from '@box-office/api-client';
import type { Command } from 'commander';
import { addCommand, addGroup, type ConfirmOption, type JsonOption, withConfirmation } from '../command.js';
import type { CliContext } from '../context.js';
import { answeredNo, misused } from '../failure.js';
import { readPages, type Gateway } from '../gateway.js';
import { countOf, fields, instantOf } from '../output/table.js';
import { rowsOfPurchase } from './purchase-show.js';

type Contact = Schema<'Contact'>;
type Purchase = Schema<'Purchase'>;
type Ticket = Omit<Schema<'TicketWithCode'>, 'code'>;

/** Contacts that an erasure shows before it asks. */
const MAX_SHOWN = 100;

interface PersonOptions extends JsonOption {
  readonly email?: string;
  readonly user?: string;
}

export function addContact(program: Command, context: CliContext): void {
  const group = addGroup(program, 'contact', 'export or erase the personal data of a person');
  addExport(group, context);
  addErasure(group, context);
}

const withPerson = (command: Command): Command =>
  command
    .option('--email <address>', 'of everybody who has given this e-mail address')
    .option('--user <id>', 'of this buyer, the subject of a token');

function personOf({ email, user }: PersonOptions): Schema<'Person'> {
  if (email !== undefined && user === undefined) return { email };
  if (user !== undefined && email === undefined) return { userId: user };
  throw misused('name either --email or --user');
}

const readContacts = ({ api, answer }: Gateway, person: Schema<'Person'>, max: number) =>
  readPages<Contact>(max, async (query) => {
    const call = api.POST('/api/operations/contacts/export', { params: { query }, body: person });
    const { contacts, next } = await answer(call);
    return { items: contacts, next };
  });

function addExport(group: Command, context: CliContext): void {
  withPerson(
    addCommand(group, {
      name: 'export',
      summary: 'export what is stored of a person, with the purchases and received tickets',
      more: 'The audit log keeps who exported whose data, without the data.',
      examples: ['contact export --email ann@example.com --json', 'contact export --user user_1'],
    }),
  ).action(async (options: PersonOptions) => {
    const { output } = context;
    const person = personOf(options);
    const gateway = context.gateway();
    const { api, answer } = gateway;
    // All of it, however much there is: the person has a right to it.
    const { items: contacts } = await readContacts(gateway, person, Infinity);
    const userIds = 'userId' in person ? [person.userId] : contacts.map(({ userId }) => userId);
    const purchases: Purchase[] = [];
    const receivedTickets: Ticket[] = [];
    for (const userId of userIds) {
      const bought = await readPages<Purchase>(Infinity, async (page) => {
        const read = await answer(api.GET('/api/purchases', { params: { query: { userId, ...page } } }));
        return { items: read.purchases, next: read.next };
      });
      purchases.push(...bought.items);
      const received = await readPages<Ticket>(Infinity, async (page) => {
        const read = await answer(api.GET('/api/received-tickets', { params: { query: { userId, ...page } } }));
        // Who has the code of a ticket is let in.
        return { items: read.tickets.map(({ code: _, ...ticket }) => ticket), next: read.next };
      });
      receivedTickets.push(...received.items);
    }
    if (options.json) return output.json({ contacts, purchases, receivedTickets });
    if (contacts.length === 0) output.line('No name and no e-mail address is stored.');
    for (const contact of contacts) for (const line of linesOf(contact)) output.line(line);
    for (const purchase of purchases) {
      output.line();
      for (const line of fields(rowsOfPurchase(purchase))) output.line(line);
    }
    for (const ticket of receivedTickets) {
      output.line();
      for (const line of linesOfReceived(ticket)) output.line(line);
    }
  });
}

function addErasure(group: Command, context: CliContext): void {
  withConfirmation(
    withPerson(
      addCommand(group, {
        name: 'erase',
        summary: 'erase the name and the e-mail address of a person',
        more: 'Purchases, tickets and money stay. The audit log keeps who erased whose data, without the data.',
        examples: ['contact erase --email ann@example.com --yes', 'contact erase --user user_1'],
      }),
    ),
  ).action(async (options: PersonOptions & ConfirmOption) => {
    const person = personOf(options);
    const gateway = context.gateway();
    if (!options.yes) {
      const { items, next } = await readContacts(gateway, person, MAX_SHOWN);
      const others = next === null ? [] : ['and further contacts, which contact export shows'];
      await context.confirm(['erase', ...items.flatMap(linesOf), ...others, 'This cannot be undone.'], options);
    }
    const userIds: string[] = [];
    for (let more = true; more;) {
      const erased = await gateway.answer(gateway.api.POST('/api/operations/contacts/erase', { body: person }));
      userIds.push(...erased.userIds);
      ({ more } = erased);
    }
    if (userIds.length === 0) throw answeredNo('nothing is stored of this person');
    if (options.json) context.output.json({ userIds });
    else context.output.line(`Erased: ${countOf(userIds.length, 'contact')} (${userIds.join(', ')}).`);
  });
}

const linesOf = (contact: Contact): string[] =>
  fields([
    ['buyer', contact.userId],
    ['name', contact.name],
    ['e-mail', contact.email],
    ['language', contact.language],
    ['given', instantOf(contact.createdAt)],
    ['changed', instantOf(contact.updatedAt)],
  ]);

const linesOfReceived = ({ ticketId, eventId, ticketType, serial, status }: Ticket): string[] =>
  fields([
    ['received ticket', ticketId],
    ['event', eventId],
    ['ticket', `${ticketType} ${serial}`],
    ['status', status],
  ]);
