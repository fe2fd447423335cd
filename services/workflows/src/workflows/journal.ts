import type { PurchaseOrder, PurchaseWorkflowStatus, SerialRange } from '@box-office/contract';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { searchAttributes } from './search-attributes.js';

/** Most lines of the story that the current details keep; older ones are left out from the middle. */
const MOST_LINES = 40;

const NEEDS_ATTENTION: PurchaseWorkflowStatus = 'needs attention';

/** What an operator reads about a workflow in the Temporal UI. */
export interface Story<Status extends string> {
  /** Adds a line to the story in the workflow's current details. */
  tell(line: string): void;
  /** Sets a line that stands above the story and gives way to the next one. */
  progress(line: string): void;
  /** Sets the search attribute by which operators find workflows in a state. */
  status(status: Status): void;
  /** While a person should look, the search attribute says so instead of the status. */
  attention(isNeeded: boolean): void;
  /** All of it, in markdown. */
  text(): string;
}

/** What the taking of steps needs of a story, whatever its status may be. */
export type AttendedStory = Pick<Story<never>, 'tell' | 'attention' | 'text'>;

/** The story of a purchase workflow. */
export type Journal = Story<PurchaseWorkflowStatus>;

/** Opens the story of the purchases that were asked for. */
export const openJournal = (orders: readonly PurchaseOrder[]): Journal => openStory(headline(orders), 'open');

/**
 * Keeps the story in markdown: what was asked for, then what happened, step by step.
 * The details live in the worker's memory and cost no history.
 *
 * @param first the status with which the workflow was started
 */
export function openStory<Status extends string>(title: string, first: Status): Story<Status> {
  const lines: string[] = [];
  let own = first;
  let needsPerson = false;
  let shown: string = first;
  let progress: string | undefined;
  let isToBeShown = false;

  function text(): string {
    const told =
      lines.length <= MOST_LINES
        ? lines
        : [...lines.slice(0, 5), `- … ${lines.length - MOST_LINES} lines left out …`, ...lines.slice(5 - MOST_LINES)];
    const above = progress === undefined ? [] : [progress, ''];
    return [title, '', `**Status:** ${shown}`, '', ...above, ...told].join('\n');
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
    const now = needsPerson ? NEEDS_ATTENTION : own;
    if (now === shown) return;
    shown = now;
    upsertSearchAttributes([{ key: searchAttributes.purchaseStatus, value: now }]);
    show();
  }

  show();
  return {
    text,
    tell(line) {
      lines.push(`- ${line}`);
      showSoon();
    },
    progress(line) {
      progress = line;
      show();
    },
    status(status) {
      own = status;
      needsPerson = false;
      label();
    },
    attention(isNeeded) {
      needsPerson = isNeeded;
      label();
    },
  };
}

function headline(orders: readonly PurchaseOrder[]): string {
  const [order] = orders;
  if (orders.length !== 1 || !order) return `### ${orders.length} purchases, decided together`;
  const wish = order.items.map((item) => `${item.quantity} × ${item.ticketType}`).join(', ');
  return `### ${order.userId} buys ${wish} for event ${order.eventId}\n\nPurchase \`${order.purchaseId}\``;
}

/** An amount as the story tells it. */
export const amountInWords = (o: { readonly amountMinor: number; readonly currency: string }): string =>
  `${o.amountMinor} (minor units of ${o.currency})`;

/** Serials as the story tells them. */
export const itemsInWords = (items: readonly SerialRange[]): string =>
  items.map(({ ticketType, serials }) => `${ticketType} ${serials.join(', ')}`).join('; ');
