/** An event of the demo catalogue. Times are local ones of its zone. */
export interface Plan {
  readonly name: string;
  readonly description: string;
  readonly venue: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly inDays: number;
  /** As in `20:00`. */
  readonly startsAt: string;
  readonly hours: number;
  /** Its sale starts so many days from now; at once where it is left out. */
  readonly saleInDays?: number;
  readonly limitPerBuyer?: number;
  /** Tax included. */
  readonly purchaseFee?: { readonly priceMinor: number; readonly taxRatePpm: number };
  readonly refundRules?: { readonly keepsFees: boolean; readonly withheldPpm: number };
  readonly ticketTypes: readonly TypePlan[];
}

interface TypePlan {
  readonly name: string;
  /** Tax included. */
  readonly priceMinor: number;
  /** In millionths; none where it is left out. */
  readonly taxRatePpm?: number;
  readonly total: number;
  /** All but so many are sold to demo guests. */
  readonly left?: number;
}

/** One of each kind that a buyer may meet. The first is the one that the demonstration buys for. */
export const CATALOGUE: readonly Plan[] = [
  {
    name: 'Harbour Lights Open Air',
    description:
      'An evening of brass and strings on the quay. As the sun goes down, forty players move from the warehouses to the ' +
      'water, and the lights of the harbour do the rest.\nBring something warm: the wind has a ticket, too.',
    venue: 'Pier 7',
    timeZone: 'Europe/Copenhagen',
    currency: 'EUR',
    inDays: 60,
    startsAt: '20:00',
    hours: 4,
    ticketTypes: [
      { name: 'Standing', priceMinor: 4_500, taxRatePpm: 250_000, total: 500 },
      { name: 'Balcony', priceMinor: 7_900, taxRatePpm: 250_000, total: 120, left: 9 },
    ],
  },
  {
    name: 'The Clockmaker’s Daughter',
    description:
      'A play in three acts about a town that forgot how to be late. With the ensemble of the Old Town Theatre and eleven ' +
      'working clocks.',
    venue: 'Old Town Theatre',
    timeZone: 'Europe/Vienna',
    currency: 'EUR',
    inDays: 45,
    startsAt: '19:30',
    hours: 3,
    purchaseFee: { priceMinor: 190, taxRatePpm: 200_000 },
    refundRules: { keepsFees: true, withheldPpm: 100_000 },
    ticketTypes: [{ name: 'Stalls', priceMinor: 3_800, taxRatePpm: 130_000, total: 150, left: 3 }],
  },
  {
    name: 'Blue Hour Jazz Session',
    description:
      'Three sets, no programme. The resident trio opens at ten; after midnight the stage belongs to those who brought an ' +
      'instrument.',
    venue: 'Cellar 21',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    inDays: 24,
    startsAt: '22:00',
    hours: 4,
    ticketTypes: [{ name: 'Admission', priceMinor: 2_800, total: 60, left: 0 }],
  },
  {
    name: 'Circus Aurelia: Winter Ring',
    description:
      'Acrobats, a very small orchestra and no animals at all. Ninety minutes for families, with cocoa in the interval.',
    venue: 'Big Top on Festival Meadow',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    inDays: 110,
    startsAt: '16:00',
    hours: 2,
    saleInDays: 21,
    ticketTypes: [
      { name: 'Ringside', priceMinor: 4_200, total: 80 },
      { name: 'Gallery', priceMinor: 2_600, total: 240 },
      { name: 'Child, up to 12', priceMinor: 1_200, total: 160 },
    ],
  },
  {
    name: 'A City under the Stars',
    description:
      'An open lecture on what can be seen above the roofs with the naked eye, followed by an hour at the telescopes if the ' +
      'sky is clear. Free of charge; a ticket keeps your place.',
    venue: 'Observatory Hill',
    timeZone: 'Europe/Lisbon',
    currency: 'EUR',
    inDays: 33,
    startsAt: '21:00',
    hours: 2,
    limitPerBuyer: 4,
    ticketTypes: [{ name: 'Seat', priceMinor: 0, total: 90 }],
  },
  {
    name: 'Lantern Night by the River',
    description:
      'Four thousand paper lanterns, lit at dusk and carried along the water by everybody who comes. A lantern and a bowl of ' +
      'noodles are part of the ticket.',
    venue: 'Kamo River, Sanjō Bridge',
    timeZone: 'Asia/Tokyo',
    currency: 'JPY',
    inDays: 75,
    startsAt: '18:30',
    hours: 3,
    ticketTypes: [
      { name: 'Adult', priceMinor: 4_800, total: 400 },
      { name: 'Student', priceMinor: 2_400, total: 100 },
    ],
  },
];
