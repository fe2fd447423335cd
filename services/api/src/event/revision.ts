import type { EventDetails } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import type { GatewayContext } from '../http/context.js';

/** Names the revision of an event; the number of tickets left is not part of it. */
export const etagOf = ({ revision }: Pick<EventDetails, 'revision'>): { readonly ETag: string } => ({
  ETag: `"${revision}"`,
});

export const ifMatchHeader = z.object({
  'If-Match': z.string().optional().openapi({
    description:
      'The `ETag` of the event as the editor saw it. If it was changed since, nothing is changed and the answer is 412.',
    example: '"3"',
  }),
});

export const etagHeader = {
  ETag: {
    description: 'Names the revision of the event, for `If-Match`.',
    schema: { type: 'string' as const },
  },
};

/** The revisions that If-Match names: null for any. A value that is not a strong ETag of an event matches none. */
export function readIfMatch(c: GatewayContext): readonly number[] | null {
  const header = c.req.header('if-match')?.trim();
  if (header === undefined || header === '*') return null;
  return header.split(',').flatMap((tag) => {
    const revision = /^"(\d{1,15})"$/.exec(tag.trim())?.[1];
    return revision === undefined ? [] : [Number(revision)];
  });
}
