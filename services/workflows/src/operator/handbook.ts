import { linkTo, mdText, type Markdown } from '@box-office/contract';

/** Stands in the bundle where the worker puts HANDBOOK_URL. */
export const UNSET_HANDBOOK = 'handbook:url-is-not-set';
const BASE: string = UNSET_HANDBOOK;

/** A link to an entry of the handbook, or its place in the repository where no address of it is configured. */
export const handbookEntry = (anchor: string): Markdown =>
  BASE.startsWith('handbook:')
    ? mdText`${`docs/operating.md#${anchor}`}`
    : linkTo(mdText`${anchor}`, `${BASE}#${anchor}`);
