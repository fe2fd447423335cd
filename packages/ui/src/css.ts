import { readFileSync } from 'node:fs';

/** The text of one of the style sheets in `css/`. */
export const readCss = (name: 'tokens' | 'base' | 'components'): string =>
  readFileSync(new URL(`../css/${name}.css`, import.meta.url), 'utf8');
