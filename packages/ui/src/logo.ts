import { imageSize } from 'image-size';

/** In CSS pixels. */
const HEIGHT = 32;
const MAX_WIDTH = 224;
const MAX_BYTES = 200_000;
const CONTENT_TYPES: Readonly<Record<string, string>> = { svg: 'image/svg+xml', png: 'image/png' };

/** An organiser's logo: a file, and the size at which pages show it. */
export interface Logo {
  readonly name: string;
  readonly contentType: string;
  readonly content: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** @throws with why the content is no logo */
export function readLogo(content: Uint8Array): Logo {
  const { width, height, type = '' } = sizeOf(content);
  const contentType = CONTENT_TYPES[type];
  if (contentType === undefined || width === 0 || height === 0) throw new Error('is no SVG or PNG with a size');
  if (content.length > MAX_BYTES) throw new Error(`has more than ${MAX_BYTES} bytes`);
  const scale = Math.min(HEIGHT / height, MAX_WIDTH / width);
  return {
    name: `logo.${type}`,
    contentType,
    content,
    width: Math.round(width * scale),
    height: Math.round(height * scale),
  };
}

function sizeOf(content: Uint8Array): { width: number; height: number; type?: string } {
  try {
    return imageSize(content);
  } catch {
    return { width: 0, height: 0 };
  }
}
