import { nameFault, normaliseName } from '@box-office/contract';
import { z } from 'zod';

const MAX_LENGTH = 40;

/**
 * A gate as the gateway takes it: what it refuses in a name, and a pasted text may bring along unseen, is left out. A refusal
 * would look like a lost connection to a door.
 */
export const gateName = z
  .string()
  .transform((text) => {
    let name = '';
    for (const character of normaliseName(text)) {
      if (nameFault(character) === null && name.length + character.length <= MAX_LENGTH) name += character;
    }
    return name.trim();
  })
  .pipe(z.string().min(1));
