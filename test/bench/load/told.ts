/** What buyers were told to have bought, to be compared with what the stores say. */
export interface Told {
  /** Purchases answered with 201. */
  readonly confirmed: number;
  /** Tickets in those answers. */
  readonly tickets: number;
  /** Distinct pairs of event and serial among them. */
  readonly distinctTickets: number;
}

export interface TellTale {
  /** Takes note of one answer with 201, by the text of its body. */
  hear(eventId: string, body: string): void;
  /** Takes note of one purchase that was confirmed in another way. */
  note(eventId: string, serials: readonly number[]): void;
  told(): Told;
}

export function listen(): TellTale {
  const serialsByEvent = new Map<string, Set<number>>();
  let confirmed = 0;
  let tickets = 0;

  function note(eventId: string, serials: readonly number[]): void {
    confirmed += 1;
    let known = serialsByEvent.get(eventId);
    if (!known) serialsByEvent.set(eventId, (known = new Set()));
    for (const serial of serials) {
      tickets += 1;
      known.add(serial);
    }
  }

  return {
    // Parsing the whole answer would be a good part of the generator's work.
    hear: (eventId, body) =>
      note(
        eventId,
        [...body.matchAll(/"serial":(\d+)/g)].map(([, serial]) => Number(serial)),
      ),
    note,
    told: () => ({
      confirmed,
      tickets,
      distinctTickets: [...serialsByEvent.values()].reduce((sum, serials) => sum + serials.size, 0),
    }),
  };
}
