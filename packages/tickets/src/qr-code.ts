import { create } from 'qrcode';

/** Light modules around a code, without which scanners do not find it (ISO/IEC 18004). */
const QUIET_ZONE = 4;

/** A QR code as one SVG path of its dark modules, which are squares of 1. */
export interface QrCode {
  /** Modules from edge to edge, with the light ones around it. */
  readonly size: number;
  readonly path: string;
}

/** One step in a row of the path for each run of dark modules: a third of the length of single squares. */
export function qrCodeOf(text: string): QrCode {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  let path = '';
  for (let y = 0; y < modules.size; y++) {
    for (let x = 0; x < modules.size; x++) {
      const from = x;
      while (x < modules.size && modules.get(y, x)) x++;
      if (x > from) path += `M${from + QUIET_ZONE} ${y + QUIET_ZONE}h${x - from}v1H${from + QUIET_ZONE}z`;
    }
  }
  return { size: modules.size + 2 * QUIET_ZONE, path };
}
