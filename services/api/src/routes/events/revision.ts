import type { EventFacts } from '@box-office/contract';
import { z } from '@hono/zod-openapi';
import type { GatewayContext } from '../../context.js';

/** Names the revision of an event's facts; what is left of its tickets is not part of it. */
export const etagOf = ({ revision }: Pick<EventFacts, 'revision'>): { readonly ETag: string } => ({
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
    description: "Names the revision of the event's facts, for `If-Match`.",
    schema: { type: 'string' as const },
  },
};

/** The revisions that If-Match names: null for any. What is no strong ETag of an event matches none. */
export function readIfMatch(c: GatewayContext): readonly number[] | null {
  const header = c.req.header('if-match')?.trim();
  if (header === undefined || header === '*') return null;
  return header.split(',').flatMap((tag) => {
    const revision = /^"(\d{1,15})"$/.exec(tag.trim())?.[1];
    return revision === undefined ? [] : [Number(revision)];
  });
}
