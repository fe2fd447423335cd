import type { Event } from '@box-office/web';
import { pictureVersion } from './picture.js';

export const picturePath = (event: Event): string => `/events/${event.id}/picture.svg?v=${pictureVersion(event)}`;

/** It shows nothing that the text beside it does not say. */
export const EventPicture = (p: { event: Event; class?: string; loading?: 'eager' | 'lazy' }) => (
  <img class={p.class} src={picturePath(p.event)} alt="" width="1200" height="675" loading={p.loading} />
);
