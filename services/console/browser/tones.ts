const MUTED_KEY = 'door-muted';
const PAUSE_S = 0.08;
const VOLUME = 0.4;
/** High once for "admit", low three times for "no": they differ on a loudspeaker that is hardly heard, too. */
const GOOD = { hz: 1_050, form: 'sine', lengthS: 0.15, times: 1 } as const;
const BAD = { hz: 220, form: 'square', lengthS: 0.12, times: 3 } as const;

let context: AudioContext | undefined;

export const canPlayTones = (): boolean => 'AudioContext' in window;

export const areTonesMuted = (): boolean => localStorage.getItem(MUTED_KEY) !== null;

/** Is remembered on this device. */
export function muteTones(isMuted: boolean): void {
  if (isMuted) localStorage.setItem(MUTED_KEY, '');
  else localStorage.removeItem(MUTED_KEY);
}

/** Has to be called while something is clicked or sent: browsers allow no sound before. */
export function allowTones(): void {
  if (!canPlayTones()) return;
  context ??= new AudioContext();
  if (context.state !== 'running') void context.resume();
}

export function playTone(isGood: boolean): void {
  if (context === undefined || areTonesMuted()) return;
  // The time of a context that is interrupted does not advance: its tones would all be heard at its end.
  if (context.state !== 'running') return void context.resume();
  const { hz, form, lengthS, times } = isGood ? GOOD : BAD;
  const volume = context.createGain();
  volume.gain.value = VOLUME;
  volume.connect(context.destination);
  for (let i = 0; i < times; i++) {
    const oscillator = context.createOscillator();
    oscillator.type = form;
    oscillator.frequency.value = hz;
    oscillator.connect(volume);
    const at = context.currentTime + i * (lengthS + PAUSE_S);
    oscillator.start(at);
    oscillator.stop(at + lengthS);
  }
}
