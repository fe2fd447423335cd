import { LANGUAGES } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import { instant, personName, userId } from '../http/schemas.js';

/** RFC 5321 has no longer path. */
const MAX_EMAIL_LENGTH = 254;
const MAX_NAME_LENGTH = 100;

export const email = z
  .email('It is not an e-mail address such as ann@example.com.')
  .max(MAX_EMAIL_LENGTH, `It has more than ${MAX_EMAIL_LENGTH} characters.`)
  .openapi({ example: 'ann@example.com' });

export const contactBody = z
  .strictObject({
    name: personName(MAX_NAME_LENGTH).openapi({ example: 'Ann Lee' }),
    email,
    language: z.enum(LANGUAGES).openapi({ description: 'In which mails are written.' }),
  })
  .openapi('NewContact');

export const contactView = z
  .object({
    userId,
    name: z.string().openapi({ example: 'Ann Lee' }),
    email: z.string().openapi({ example: 'ann@example.com' }),
    language: z.enum(LANGUAGES),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi('Contact');

/** Whose data an operator exports or erases. In a body, so that no log of addresses has it. */
export const personBody = z
  .union([z.strictObject({ email }), z.strictObject({ userId })])
  .openapi('Person', { description: 'Either `email`, for every contact with the address, or `userId`.' });

export const erasureView = z
  .object({
    userIds: z.array(userId).openapi({ description: 'Whose contacts were erased; none on a repeat.' }),
    more: z.boolean().openapi({ description: 'Contacts may be left. Repeat the request until this is false.' }),
  })
  .openapi('Erasure');
