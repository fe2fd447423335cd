import { mkdirSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser, type AddressObject } from 'mailparser';
import type { ReceivedMail } from './message.js';

const MAX_KEPT = 500;
const NAME = /^(\d+)\.eml$/;

/** Mails as files, and what they say. */
export interface MailStore {
  /** Newest first. */
  list(): readonly ReceivedMail[];
  /** The mail as it came; null if there is none of this id. */
  source(id: number): Buffer | null;
  /** Resolves when the mail is on the disk. */
  add(source: Buffer): Promise<void>;
}

/** Opens the folder with the mails, and reads them. */
export async function openMailStore(dir: string): Promise<MailStore> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const fileOf = (id: number): string => join(dir, `${id}.eml`);
  const ids = readdirSync(dir).flatMap((name) => NAME.exec(name)?.[1] ?? []);
  const mails: ReceivedMail[] = [];
  for (const id of ids.map(Number).sort((a, b) => a - b)) {
    mails.unshift(await read(id, readFileSync(fileOf(id))));
  }
  let last = mails[0]?.id ?? 0;

  return {
    list: () => mails,
    source: (id) => (mails.some((mail) => mail.id === id) ? readFileSync(fileOf(id)) : null),
    async add(source) {
      const id = (last += 1);
      const file = await open(`${fileOf(id)}.new`, 'w', 0o600);
      await file.writeFile(source);
      await file.sync();
      await file.close();
      await rename(`${fileOf(id)}.new`, fileOf(id));
      mails.unshift(await read(id, source));
      for (const { id: old } of mails.splice(MAX_KEPT)) unlinkSync(fileOf(old));
    },
  };
}

async function read(id: number, source: Buffer): Promise<ReceivedMail> {
  const mail = await simpleParser(source);
  return {
    id,
    receivedAt: (mail.date ?? new Date()).toISOString(),
    messageId: mail.messageId ?? '',
    from: textOf(mail.from),
    to: textOf(mail.to),
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html === false ? '' : (mail.html ?? ''),
    attachments: mail.attachments.map(({ filename, contentType, size }) => ({
      filename: filename ?? 'attachment',
      contentType,
      bytes: size,
    })),
  };
}

const textOf = (addresses: AddressObject | AddressObject[] | undefined): string =>
  [addresses ?? []]
    .flat()
    .map(({ text }) => text)
    .join(', ');
