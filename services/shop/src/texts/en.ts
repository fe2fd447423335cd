import { DECLINES, METHODS } from './en-payment.js';
import { contact, guestLink } from './en-contact.js';
import { signIn } from './en-sign-in.js';
import { cancel } from './en-cancel.js';
import { legal } from './en-legal.js';
import { problems } from './en-problems.js';
import { receipt } from './en-receipt.js';
import { transfer } from './en-transfer.js';
import type { Widened } from '@box-office/web';
import type { Band } from '../events/availability.js';

const tickets = (count: number): string => (count === 1 ? '1 ticket' : `${count} tickets`);
/** How the tickets of an order were had, and whose they are: `given` of them are somebody else's now. */
const whose = (how: string, count: number, given: number): string => {
  if (given === 0) return `${tickets(count)}, ${how} and yours.`;
  if (given === count) return `${tickets(count)}, ${how} and given away.`;
  return `${tickets(count)}, ${how}. ${given} of them ${given === 1 ? 'was' : 'were'} given away.`;
};

/** Every text of the pages in English; its type is what another language must have. */
export const en = {
  skip: 'Skip to the content',
  nav: {
    label: 'Main',
    programme: 'Programme',
    orders: 'My orders',
    signedIn: 'Signed in',
    signedInAsDemo: 'Signed in as demo buyer',
    signOut: 'Sign out',
    byLink: 'Orders found by e-mail',
    leave: 'Stop showing them',
    language: 'Language',
    footer: (name: string) => `${name}: tickets without surprises. The price you see is the price you pay.`,
  },
  tickets,
  band: (band: Band): string => {
    switch (band.kind) {
      case 'plenty':
        return 'Available';
      case 'few':
        return 'Few left';
      case 'last':
        return band.count === 1 ? 'Last ticket' : `Last ${band.count} tickets`;
      case 'sold_out':
        return 'Sold out';
      case 'unknown':
        return 'Being counted';
    }
  },
  free: 'Free',
  from: (price: string) => `from ${price}`,
  dateAndTime: (day: string, time: string) => `${day}, ${time}`,
  timeOfDay: (time: string) => time,
  /** After a time and the name of its zone. */
  ownTime: (when: string) => `; ${when} your time`,
  programme: {
    intro: 'Upcoming events, and how many tickets are left.',
    search: 'Search events and places',
    searchButton: 'Search',
    show: 'Show',
    filters: { all: 'Everything', available: 'Can be bought', free: 'Free' },
    found: (count: number) => (count === 1 ? '1 event' : `${count} events`),
    empty: 'Nothing is planned yet',
    emptyText: 'New events appear here as soon as they are announced.',
    notFound: 'No event matches',
    notFoundText: 'Try other words or dates, or remove the filters.',
    removeFilters: 'Remove search and filters',
    when: 'Date',
    whenAndWhere: 'Date and place',
    from: 'From',
    to: 'Until',
    place: 'Place',
    anyPlace: 'All places',
    apply: 'Apply',
    pages: 'Pages of the programme',
    previous: 'Previous page',
    next: 'Next page',
    pageOf: (page: number, pages: number) => `Page ${page} of ${pages}`,
    failed: 'The programme cannot be shown at the moment',
    failedText: 'Your orders and tickets are not affected. Reload the page in a minute.',
  },
  sale: {
    opensOn: (day: string) => `On sale from ${day}`,
    closed: 'Sale paused',
    cancelled: 'Cancelled',
    ended: 'Sale ended',
    over: 'Over',
  },
  event: {
    when: 'When',
    where: 'Where',
    fromTo: (from: string, to: string) => `${from} to ${to}`,
    fromToAnotherDay: (from: string, to: string) => `${from} to ${to}`,
    refunds: 'Refunds',
    refundsUntil: (when: string) => `In full, until ${when}`,
    refundsInPart: (when: string) => `In part, until ${when}.`,
    includesFee: (fee: string) => `incl. ${fee} fee`,
    purchaseFee: 'Fee per order',
    ticketFee: (type: string) => `Fee, ${type}`,
    refundsOver: 'No longer possible',
    calendar: 'Add to calendar',
    tickets: 'Tickets',
    choose: 'Choose tickets',
    quantityOf: (type: string) => `Number of tickets, ${type}`,
    less: (type: string) => `One ticket fewer, ${type}`,
    more: (type: string) => `One ticket more, ${type}`,
    limit: (count: number) => `At most ${tickets(count)} per person.`,
    total: 'Total',
    hold: 'Continue to payment',
    holdHelp: 'Your tickets are kept for you while you pay. Nothing is charged yet.',
    holdFree: 'Continue to your details',
    holdFreeHelp: 'Your tickets are kept for you while you enter your details.',
    holding: 'Setting your tickets aside …',
    live: 'Availability is live.',
    notLive: (time: string) => `Not live since ${time}, retrying.`,
    soldOut: 'Sold out',
    soldOutText: 'All tickets are taken. Tickets that are given back appear here at once.',
    notStarted: 'Not on sale yet',
    notStartedText: (when: string) => `Tickets can be bought from ${when}.`,
    opensByItself: 'The tickets appear here as soon as the sale starts.',
    saleInCalendar: 'Put the start of the sale in my calendar',
    closedText: 'The organiser has paused the sale. Tickets that were bought stay valid.',
    cancelledText:
      'This event will not take place. All tickets are refunded in full; there is nothing that you have to do.',
    endedText: 'Tickets can no longer be bought. Tickets that were bought stay valid.',
    overText: 'This event has taken place.',
    holdRuns: 'You have tickets waiting',
    holdRunsText: (count: number, time: string) =>
      `${tickets(count)} of this event ${count === 1 ? 'is' : 'are'} kept for you until ${time}.`,
    continue: 'Pay for them now',
    released: 'Your tickets were given back',
    releasedText: 'Nothing was charged.',
    unknownTitle: 'There is no such event',
    unknownText: 'It may have been removed, or the address is mistyped.',
    back: 'Back to the programme',
  },
  errors: {
    title: 'There is a problem',
    chooseOne: 'Choose at least one ticket.',
    quantity: (max: number) => `Enter a number from 0 to ${max}.`,
    kinds: (max: number) => `Choose at most ${max} kinds of tickets at once.`,
    overLimit: (max: number) => `Choose at most ${tickets(max)} in all.`,
    chooseMethod: 'Choose how you want to pay.',
  },
  checkout: {
    steps: ['Tickets', 'Payment', 'Confirmation'],
    freeSteps: ['Tickets', 'Your details', 'Confirmation'],
    stepsLabel: 'Your progress',
    title: 'Payment',
    freeTitle: 'Your free tickets',
    heldUntil: (time: string) => `Held for you until ${time}`,
    minutesLeft: { five: 'Held for five more minutes.', one: 'Held for one more minute.' },
    summary: 'Your order',
    method: 'Payment method',
    testHelp: 'This is a trial run: no real money moves. Choose what your bank should do.',
    methods: METHODS,
    pay: (amount: string) => `Pay ${amount}`,
    getFree: (count: number) => (count === 1 ? 'Get my free ticket' : `Get my ${count} free tickets`),
    paying: 'Paying …',
    gettingFree: 'Getting your tickets …',
    once: 'You are charged once, however often you click, reload or come back.',
    release: 'Give the tickets back',
    noPayments: 'Payment is not set up here',
    noPaymentsText:
      'This shop cannot take payments yet. Nothing was charged. Your tickets go back on sale when the reservation ends.',
    methodKept: 'Your payment details are entered already.',
    stripeLoading: 'Loading the payment form …',
    stripeFailed:
      'The payment form could not be loaded. Nothing was charged. Check your connection and reload the page.',
    needsScript: 'Paying here needs JavaScript',
    needsScriptText:
      'The payment form comes from our payment provider, Stripe. Switch JavaScript on and reload the page: your tickets stay reserved until the time above.',
    declinedText: 'Nothing was charged. Your tickets are still reserved: try again, or choose another way to pay.',
    payAgain: [
      'Your last payment was not made',
      'Nothing was charged. Your tickets are still reserved: check how you want to pay, then pay again.',
    ],
    declines: DECLINES,
    expired: 'Your reservation has expired',
    expiredText: 'Your tickets are on sale again. Nothing was charged. You can choose again if some are left.',
    unknown: 'These tickets are not reserved for you',
    unknownText: 'They may have been reserved in another browser or by another buyer. Nothing was charged.',
    again: 'Choose again',
    wait: 'Setting your tickets aside',
    waitText: 'This takes a moment. The page reloads by itself.',
  },
  order: {
    back: 'Back to the order',
    openTitle: 'Your order is being completed',
    openText: 'You can close this page: nothing is lost, and the order appears in My orders.',
    progress: {
      received: 'Order received',
      payment: {
        unknown: 'In progress',
        not_needed: 'Nothing to pay',
        authorising: 'The payment is being checked',
        completing: 'Completing the payment',
      },
      tickets: 'Tickets',
    },
    showAgain: 'Show how it stands now',
    actionTitle: 'Confirm the payment with your bank',
    actionText: (time: string) =>
      `Nothing has been charged yet. Your tickets stay reserved until ${time}; if you have not confirmed by then, they go back on sale.`,
    actionButton: 'Continue to your bank',
    slow: 'This is taking longer than usual.',
    going: (event: string) => `You’re going to ${event}`,
    eventCancelled: (event: string) => `${event} is cancelled`,
    confirmedText: (count: number, given: number) => whose('paid', count, given),
    freeText: (count: number, given: number) => whose('free', count, given),
    ticketOf: (type: string, serial: number) => `${type}, no. ${serial}`,
    number: (serial: number) => `No. ${serial}`,
    codeOf: (type: string, serial: number) => `QR code of the ticket ${type}, no. ${serial}`,
    codeHelp:
      'Show the code at the door, on your phone or on paper. Turn up the brightness of the screen. Each code admits one person, once: share it only to give the ticket away.',
    noCode: 'The code cannot be shown at the moment. Your ticket is valid; reload the page in a minute.',
    pdf: 'Tickets as PDF',
    pdfFailed: 'The PDF cannot be made at the moment',
    pdfFailedText: 'Your tickets are valid. Try again in a minute.',
    price: 'Price',
    organiser: 'Organiser',
    admits: 'Admits one person, once. Anybody who has a copy of this code can use the ticket.',
    used: (time: string, gate: string) => `Used at ${time}, ${gate}`,
    reference: 'Order number',
    orderedOn: 'Ordered on',
    paid: 'Paid',
    refunded: 'Refunded',
    pending: 'Being refunded',
    byHand: 'Paid back by the organiser',
    details: 'Order details',
    guestHelp:
      'You bought as a guest. Find your tickets under My orders in this browser, or by your e-mail address in another one.',
    cancel: 'Cancel this order',
    cancelUntil: (when: string) => `You can cancel until ${when}.`,
    cancelled: 'This order is cancelled',
    cancelledText: (amount: string) => `${amount} went back the way you paid.`,
    cancelling: 'This order is being cancelled',
    cancellingText: (amount: string) => `${amount} is on its way back to you. The tickets are no longer valid.`,
    failed: 'There are no tickets from this order',
    tryAgain: 'Try another way to pay',
    toEvent: 'Back to the event',
    unknown: 'This order is not yours, or does not exist',
    unknownText:
      'Orders of a guest are shown in the browser in which they were made. In another one, find them by e-mail.',
  },
  cancel,
  orders: {
    holds: 'Held for you',
    past: 'Orders',
    empty: 'No orders yet',
    emptyText: 'Tickets that you buy appear here.',
    toProgramme: 'See the programme',
    status: {
      open: 'In progress',
      confirmed: 'Confirmed',
      cancelling: 'Being cancelled',
      cancelled: 'Cancelled',
      declined: 'Payment declined',
      refused: 'Not completed',
      undone: 'Not completed',
    },
    older: 'Older orders',
    show: (event: string) => `Show the order for ${event}`,
  },
  contact,
  legal,
  receipt,
  guestLink,
  transfer,
  signIn,
  problems,
  /** @param seconds undefined: not known */
  tryAgainIn: (seconds: number | undefined): string => {
    if (seconds === undefined || seconds < 5) return 'Wait a moment, then try again.';
    return seconds <= 90
      ? `You can try again in ${seconds} seconds.`
      : `You can try again in ${Math.ceil(seconds / 60)} minutes.`;
  },
  payableAtOnce: (amount: string) => `At most ${amount} can be paid at once.`,
  left: (count: number) => `Only ${tickets(count)} left.`,
  notFound: { title: 'Page not found', text: 'The address is mistyped, or the page is gone.' },
  failure: { title: 'Something went wrong', text: 'It was recorded. Your orders and tickets are not affected.' },
  forged: {
    title: 'This form came from another site',
    text: 'Nothing was done. Open the shop again and repeat it there.',
  },
  unreadable: {
    title: 'The form could not be read',
    text: 'It did not arrive as it was sent. Nothing was done and nothing was charged. Go back and send it again.',
  },
  tooLarge: {
    title: 'The form has too much text',
    text: 'Nothing was done and nothing was charged. Go back and shorten what you entered.',
  },
  backToForm: 'Back to the form',
};

/** Any language: a text that is missing or of another shape does not compile. */
export type Texts = Widened<typeof en>;
