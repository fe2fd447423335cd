import type { createRandom } from './random.js';

export const WIDTH = 1_200;
export const HEIGHT = 675;

type Random = ReturnType<typeof createRandom>;

/** A way to draw: words that call for it, its colours from back to front, and the shapes. */
export interface Motif {
  readonly words: RegExp;
  readonly colours: readonly [string, string, string, string, string];
  draw(random: Random, colours: Motif['colours']): string;
}

const times = (count: number, make: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join('');
const n = (value: number): string => value.toFixed(1).replace(/\.0$/, '');
const circle = (x: number, y: number, r: number, attributes: string): string =>
  `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" ${attributes}/>`;
const background = (colour: string): string => `<rect width="${WIDTH}" height="${HEIGHT}" fill="${colour}"/>`;
const at = (x: number, y: number, radius: number, angle: number): [string, string] => [
  n(x + radius * Math.cos(angle)),
  n(y + radius * Math.sin(angle)),
];

/** A low sun over water, its light broken by the waves. */
const water: Motif = {
  words: /harbou?r|pier|sea|river|lake|open air|beach|boat/i,
  colours: ['#14294b', '#27497c', '#e8a25a', '#f6d9a4', '#0d1b33'],
  draw(random, [sky, wave, sun, light, deep]) {
    const x = random(720, 860);
    const waves = times(7, (i) => {
      const y = 380 + i * 46;
      const [swell, phase] = [random(10, 22), random(0, 6)];
      const points = times(25, (k) => `L${k * 50} ${n(y + Math.sin(k / 2.2 + phase) * swell)}`);
      return `<path d="M0 ${HEIGHT}${points}V${HEIGHT}Z" fill="${i % 2 ? wave : deep}" fill-opacity="${n(0.35 + i * 0.08)}"/>`;
    });
    const glints = times(26, (i) => {
      const [y, spread] = [386 + i * 11, 26 + i * 7];
      const width = random(20, 60 + i * 5);
      const left = x + random(-spread, spread) - width / 2;
      return `<rect x="${n(left)}" y="${n(y)}" width="${n(width)}" height="5" rx="2.5" fill="${light}" fill-opacity="${n(random(0.3, 0.9))}"/>`;
    });
    return (
      background(sky) +
      circle(x, 300, 250, `fill="${sun}" fill-opacity=".16"`) +
      circle(x, 300, 150, `fill="${sun}"`) +
      waves +
      glints
    );
  },
};

/** Wheels within wheels. */
const clockwork: Motif = {
  words: /clock|time|theat|play|drama|opera|daughter/i,
  colours: ['#f0e4d2', '#c8553d', '#2d3047', '#e0a458', '#8a9b8e'],
  draw(random, [paper, red, ink, gold, sage]) {
    const wheel = (x: number, y: number, r: number, teeth: number, colour: string): string => {
      const tooth = times(teeth, (i) => {
        const angle = (i / teeth) * Math.PI * 2;
        const [[x1, y1], [x2, y2]] = [at(x, y, r * 0.96, angle), at(x, y, r * 1.1, angle)];
        return `M${x1} ${y1}L${x2} ${y2}`;
      });
      const spokes = times(6, (i) => {
        const [x1, y1] = at(x, y, r * 0.86, (i / 6) * Math.PI * 2 + random(0, 0.05));
        return `M${n(x)} ${n(y)}L${x1} ${y1}`;
      });
      return (
        `<path d="${tooth}" stroke="${colour}" stroke-width="${n(r * 0.12)}"/>` +
        circle(x, y, r * 0.9, `fill="none" stroke="${colour}" stroke-width="${n(r * 0.16)}"`) +
        `<path d="${spokes}" stroke="${colour}" stroke-width="${n(r * 0.07)}"/>` +
        circle(x, y, r * 0.24, `fill="${colour}"`) +
        circle(x, y, r * 0.1, `fill="${paper}"`)
      );
    };
    return (
      background(paper) +
      wheel(790, 300, 260, 36, red) +
      wheel(380, 480, 190, 28, ink) +
      wheel(330, 140, 110, 18, gold) +
      wheel(1120, 590, 150, 22, sage) +
      wheel(590, 90, 66, 12, ink)
    );
  },
};

/** Tiles of quarter circles and bars: syncopation. */
const tiles: Motif = {
  words: /jazz|music|band|concert|blues|choir|brass|dance/i,
  colours: ['#1d1f2b', '#d1495b', '#edae49', '#00798c', '#f4ece1'],
  draw(random, colours) {
    const size = 135;
    return times(45, (i) => {
      const [x, y] = [(i % 9) * size, Math.floor(i / 9) * size];
      const back = colours[i % 2 === 0 ? 0 : Math.floor(random(0, 5))] ?? colours[0];
      const rest = colours.filter((colour) => colour !== back);
      const front = rest[Math.floor(random(0, rest.length))] ?? colours[4];
      const square = `<rect x="${x}" y="${y}" width="${size}" height="${size}" fill="${back}"/>`;
      const kind = Math.floor(random(0, 5));
      if (kind === 0) return square + circle(x + size / 2, y + size / 2, size * 0.34, `fill="${front}"`);
      if (kind === 1)
        return (
          square +
          times(4, (k) => `<rect x="${x + 12 + k * 31}" y="${y + 14}" width="15" height="107" fill="${front}"/>`)
        );
      if (kind === 2) return square;
      const turn = Math.floor(random(0, 4)) * 90;
      return `${square}<path d="M${x} ${y}h${size}a${size} ${size} 0 0 1 -${size} ${size}Z" fill="${front}" transform="rotate(${turn} ${x + size / 2} ${y + size / 2})"/>`;
    });
  },
};

/** The stripes of a big top, seen from below. */
const stripes: Motif = {
  words: /circus|fair|magic|kids|children|family|carnival/i,
  colours: ['#fbf3e4', '#c1272d', '#f2b134', '#1b4965', '#7d1a1e'],
  draw(random, [canvas, red, gold, night, shade]) {
    const [x, y] = [random(520, 680), 370];
    const rays = times(16, (i) => {
      const [[x1, y1], [x2, y2]] = [
        at(x, y, 1_100, (i / 16) * Math.PI * 2),
        at(x, y, 1_100, ((i + 0.5) / 16) * Math.PI * 2),
      ];
      return `<path d="M${n(x)} ${y}L${x1} ${y1}L${x2} ${y2}Z" fill="${i % 4 === 3 ? shade : red}"/>`;
    });
    const flags = times(15, (i) => {
      const left = i * 84 - 20;
      const top = 60 + Math.sin((i / 14) * Math.PI) * 90;
      return `<path d="M${left} ${n(top)}h62l-31 70Z" fill="${i % 2 ? gold : night}"/>`;
    });
    const star = times(10, (i) => {
      const [px, py] = at(x, y, i % 2 ? 34 : 82, (i / 10) * Math.PI * 2 - Math.PI / 2);
      return `${i ? 'L' : 'M'}${px} ${py}`;
    });
    return (
      background(canvas) + rays + circle(x, y, 126, `fill="${night}"`) + `<path d="${star}Z" fill="${gold}"/>` + flags
    );
  },
};

/** A night sky with figures in it. */
const stars: Motif = {
  words: /star|night|sky|moon|lecture|talk|science|planet|universe|city/i,
  colours: ['#0f1a2e', '#1e3a5f', '#f3e9c9', '#7fb7be', '#d98f6b'],
  draw(random, [night, haze, light, pale, planet]) {
    const dust = times(150, () =>
      circle(
        random(0, WIDTH),
        random(0, HEIGHT),
        random(0.6, 2.4),
        `fill="${light}" fill-opacity="${n(random(0.2, 1))}"`,
      ),
    );
    const figure = (x: number, y: number): string => {
      const points = Array.from({ length: 6 }, (_, i) => [x + i * random(50, 78), y + random(-80, 80)] as const);
      const line = points.map(([px, py], i) => `${i ? 'L' : 'M'}${n(px)} ${n(py)}`).join('');
      return (
        `<path d="${line}" fill="none" stroke="${pale}" stroke-opacity=".6" stroke-width="2"/>` +
        points.map(([px, py]) => circle(px, py, random(4, 8), `fill="${light}"`)).join('')
      );
    };
    const rings = times(5, (i) => circle(900, 720, 300 + i * 90, `fill="none" stroke="${haze}" stroke-width="2"`));
    return (
      background(night) +
      rings +
      dust +
      circle(900, 720, 240, `fill="${planet}"`) +
      circle(960, 760, 240, `fill="${night}" fill-opacity=".35"`) +
      figure(110, 190) +
      figure(560, 300)
    );
  },
};

/** Paper lanterns rising. */
const lanterns: Motif = {
  words: /lantern|festival|fire|kyoto|japan|spring|blossom/i,
  colours: ['#2a1a3e', '#5d2e5c', '#f08a5d', '#f9d56e', '#b83b5e'],
  draw(random, [dusk, hill, glow, light, rose]) {
    const lantern = (x: number, y: number, r: number): string =>
      circle(x, y, r * 2.1, `fill="${glow}" fill-opacity=".10"`) +
      `<rect x="${n(x - r * 0.72)}" y="${n(y - r)}" width="${n(r * 1.44)}" height="${n(r * 2)}" rx="${n(r * 0.6)}" fill="${random() < 0.5 ? glow : rose}"/>` +
      times(
        4,
        (i) =>
          `<rect x="${n(x - r * 0.72)}" y="${n(y - r * 0.66 + i * r * 0.4)}" width="${n(r * 1.44)}" height="${n(r * 0.06)}" fill="${dusk}" fill-opacity=".35"/>`,
      ) +
      `<rect x="${n(x - r * 0.3)}" y="${n(y - r * 1.12)}" width="${n(r * 0.6)}" height="${n(r * 0.16)}" fill="${light}"/>` +
      circle(x, y, r * 0.3, `fill="${light}" fill-opacity=".8"`);
    const far = times(14, () => lantern(random(40, 1_160), random(40, 420), random(12, 26)));
    const near = times(6, (i) => lantern(100 + i * 200 + random(-50, 50), random(120, 480), random(44, 84)));
    const hills = times(3, (i) => {
      const y = 520 + i * 45;
      return `<path d="M0 ${HEIGHT}V${y}Q${n(random(200, 420))} ${n(y - random(60, 140))} 640 ${y}T${WIDTH} ${n(y - 30)}V${HEIGHT}Z" fill="${hill}" fill-opacity="${n(0.4 + i * 0.25)}"/>`;
    });
    return background(dusk) + circle(940, 150, 90, `fill="${light}" fill-opacity=".85"`) + far + hills + near;
  },
};

/** The first that fits is taken. */
export const MOTIFS: readonly Motif[] = [lanterns, water, clockwork, tiles, stripes, stars];
