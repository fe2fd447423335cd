/** Counts of the answers with 201, to be compared with the stores. */
export interface PurchaseTally {
  /** Purchases answered with 201. */
  readonly confirmed: number;
  /** Tickets in those answers. */
  readonly tickets: number;
  /** Distinct pairs of event and serial among them. */
  readonly distinctTickets: number;
}

export interface TallyRecorder {
  /** Records one answer with 201, by the text of its body. */
  recordAnswer(eventId: string, body: string): void;
  /** Records one purchase that was confirmed without an HTTP answer. */
  recordPurchase(eventId: string, serials: readonly number[]): void;
  tally(): PurchaseTally;
}

export function createTallyRecorder(): TallyRecorder {
  const serialsByEvent = new Map<string, Set<number>>();
  let confirmed = 0;
  let tickets = 0;

  function recordPurchase(eventId: string, serials: readonly number[]): void {
    confirmed += 1;
    let known = serialsByEvent.get(eventId);
    if (!known) serialsByEvent.set(eventId, (known = new Set()));
    for (const serial of serials) {
      tickets += 1;
      known.add(serial);
    }
  }

  return {
    // Parsing the complete JSON would use a large part of the generator's CPU time.
    recordAnswer: (eventId, body) =>
      recordPurchase(
        eventId,
        [...body.matchAll(/"serial":(\d+)/g)].map(([, serial]) => Number(serial)),
      ),
    recordPurchase,
    tally: () => ({
      confirmed,
      tickets,
      distinctTickets: [...serialsByEvent.values()].reduce((sum, serials) => sum + serials.size, 0),
    }),
  };
}
