import type { Event } from '@box-office/web';
import { HEIGHT, MOTIFS, WIDTH } from './motifs.js';
import { createRandom, seedOf } from './random.js';

/**
 * The illustration of an event as SVG. Its name and place choose the motif; where no word fits, chance does. The same
 * event always has the same picture.
 */
export function pictureOf({
  id,
  name,
  venue,
  description,
}: Pick<Event, 'id' | 'name' | 'venue' | 'description'>): string {
  const seed = seedOf(`${name} ${id}`);
  const fitting = [name, venue, description].flatMap((text) => MOTIFS.find(({ words }) => words.test(text)) ?? []);
  const motif = fitting[0] ?? MOTIFS[seed % MOTIFS.length];
  const shapes = motif?.draw(createRandom(seed), motif.colours) ?? '';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}">${shapes}</svg>`;
}

/** Changes with what the picture depends on, so that it may be cached. */
export const pictureVersion = ({ id, name, venue, description }: Event): string =>
  seedOf([id, name, venue, description].join('\n')).toString(36);
