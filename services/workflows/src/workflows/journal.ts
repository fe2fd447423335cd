import {
  formatMoney,
  joined,
  mdText,
  NEEDS_ATTENTION,
  type Markdown,
  type Money,
  type OrderItem,
  type PurchaseOrder,
  type PurchaseWorkflowStatus,
  type SerialRange,
} from '@box-office/contract';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { searchAttributes } from './search-attributes.js';
import { instantInWords, verdict, type StuckStepReport } from './verdict.js';

/** Most lines of the story that the current details keep; older ones are left out from the middle. */
const MOST_LINES = 40;

/** What an operator reads about a workflow in the Temporal UI. */
export interface Story<Status extends string> {
  /** Adds a line to the story in the workflow's current details, with the time. */
  tell(line: Markdown): void;
  /** Sets a line that stands above the story and gives way to the next one. */
  progress(line: Markdown): void;
  /** Sets what it is about, in money, as the verdict shows it. */
  amount(amount: Money): void;
  /** Sets the search attribute by which operators find workflows in a state. */
  status(status: Status): void;
  /** While a person should look, the search attribute says so instead of the status; null when none has to any more. */
  attention(stuck: StuckStepReport | null): void;
  /** All of it, in markdown. */
  text(): string;
}

/** What the taking of steps needs of a story, whatever its status may be. */
export type AttendedStory = Pick<Story<never>, 'tell' | 'attention' | 'text' | 'amount'>;

/** The story of a purchase workflow. */
export type Journal = Story<PurchaseWorkflowStatus>;

/** Opens the story of the purchases that were asked for. */
export const openJournal = (orders: readonly PurchaseOrder[]): Journal => openStory(headline(orders), 'open');

/**
 * Keeps the story in markdown: how it stands and what to do, what was asked for, what happened step by step, and at the end
 * what others wrote. The details live in the worker's memory and cost no history.
 *
 * @param first the status with which the workflow was started
 * @param remarks what people gave as a reason, each with a label
 */
export function openStory<Status extends string>(
  title: Markdown,
  first: Status,
  remarks: readonly Markdown[] = [],
): Story<Status> {
  const lines: Markdown[] = [];
  let own = first;
  let stuck: StuckStepReport | null = null;
  let shown: string = first;
  let sinceMs = Date.now();
  let amount: Money | undefined;
  let progress: Markdown | undefined;
  let isToBeShown = false;

  function text(): string {
    const leftOut = lines.length - MOST_LINES;
    const told =
      leftOut <= 0
        ? lines
        : [...lines.slice(0, 5), mdText`… ${leftOut} lines left out …`, ...lines.slice(5 - MOST_LINES)];
    const parts = [...verdict({ status: shown, sinceMs, amount, stuck }), title];
    if (progress !== undefined) parts.push(progress);
    // The pane of the Temporal UI cuts its last line off.
    parts.push(list([...told, ...remarks]), mdText``);
    return joined(parts, '\n\n').markdown;
  }

  const show = (): void => setCurrentDetails(text());

  /** Once for all that is told in one turn: a list of fifty tells a lot. */
  function showSoon(): void {
    if (isToBeShown) return;
    isToBeShown = true;
    void Promise.resolve().then(() => {
      isToBeShown = false;
      show();
    });
  }

  function label(): void {
    const now = stuck === null ? own : NEEDS_ATTENTION;
    if (now !== shown) {
      shown = now;
      sinceMs = Date.now();
      upsertSearchAttributes([{ key: searchAttributes.purchaseStatus, value: now }]);
    }
    show();
  }

  show();
  return {
    text,
    tell(line) {
      lines.push(mdText`${instantInWords(Date.now())} ${line}`);
      showSoon();
    },
    progress(line) {
      progress = line;
      show();
    },
    amount(money) {
      amount = money;
      showSoon();
    },
    status(status) {
      own = status;
      stuck = null;
      label();
    },
    attention(report) {
      stuck = report;
      label();
    },
  };
}

const list = (items: readonly Markdown[]): Markdown =>
  joined(
    items.map((item) => mdText`- ${item}`),
    '\n',
  );

function headline(orders: readonly PurchaseOrder[]): Markdown {
  const [order] = orders;
  if (orders.length !== 1 || !order) return mdText`### ${orders.length} purchases, decided together`;
  const { userId, items, eventId, purchaseId } = order;
  return mdText`### ${userId} buys ${wishInWords(items)} for event ${eventId}\n\nPurchase ${purchaseId}`;
}

/** `2 × Standing, 1 × Balcony`: what was asked for. */
export const wishInWords = (items: readonly OrderItem[]): string =>
  items.map((item) => `${item.quantity} × ${item.ticketType}`).join(', ');

/** An amount as the story tells it. */
export const amountInWords = ({ amountMinor, currency }: Money): string => formatMoney(amountMinor, currency);

/** Serials as the story tells them. */
export const itemsInWords = (items: readonly SerialRange[]): string =>
  items.map(({ ticketType, serials }) => `${ticketType} ${serials.join(', ')}`).join('; ');
