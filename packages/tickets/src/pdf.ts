import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { buffer } from 'node:stream/consumers';
import type { Formats } from '@box-office/contract/formats';
import PDFDocument from 'pdfkit';
import { qrCodeOf } from './qr-code.js';

/** A ticket that opens the door. Money in minor units. */
export interface PrintedTicket {
  readonly ticketType: string;
  readonly serial: number;
  readonly priceMinor: number;
  readonly currency: string;
  readonly code: string;
}

/** What the PDF says in one language. */
export interface TicketWords {
  readonly language: string;
  readonly f: Formats;
  readonly t: {
    readonly free: string;
    dateAndTime(day: string, time: string): string;
    readonly order: {
      number(serial: number): string;
      readonly price: string;
      readonly reference: string;
      readonly organiser: string;
      readonly admits: string;
    };
  };
}

const require = createRequire(import.meta.url);
const FONTS = {
  regular: readFileSync(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
  bold: readFileSync(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')),
};

// A4 in points.
const MARGIN = 56;
const WIDTH = 595.28 - 2 * MARGIN;
const QR_SIZE = 210;
const FACTS_WIDTH = WIDTH - QR_SIZE - 24;
const MUTED = '#555555';
const LINE = '#bbbbbb';

interface TicketsPdf {
  readonly words: TicketWords;
  readonly organiser: string;
  readonly event: {
    readonly name: string;
    readonly venue: string;
    readonly startsAt: string;
    readonly timeZone: string;
  };
  readonly tickets: readonly PrintedTicket[];
  /** The order's; a ticket that somebody has taken over is shown without it. */
  readonly reference?: string | undefined;
}

/** The tickets for printing, one on each page. */
export function createTicketsPdf(o: TicketsPdf): Promise<Buffer> {
  const { words, event, organiser } = o;
  const info = { Title: event.name, Author: organiser };
  const pdf = new PDFDocument({ size: 'A4', margin: MARGIN, autoFirstPage: false, lang: words.language, info });
  pdf.registerFont('regular', FONTS.regular).registerFont('bold', FONTS.bold);
  for (const ticket of o.tickets) {
    pdf.addPage();
    drawHead(pdf, o);
    drawTicket(pdf, o, ticket);
  }
  pdf.end();
  return buffer(pdf);
}

function drawHead(pdf: PDFKit.PDFDocument, { words: { t, f }, event, organiser }: TicketsPdf): void {
  const { startsAt, timeZone } = event;
  const when = t.dateAndTime(f.day(startsAt, timeZone), f.time(startsAt, timeZone));
  pdf.font('regular', 11).fillColor(MUTED).text(organiser, MARGIN, MARGIN, { width: WIDTH });
  drawRule(pdf, pdf.y + 10);
  pdf.font('bold', 28).fillColor('black');
  pdf.text(event.name, MARGIN, pdf.y + 34, { width: WIDTH, lineGap: 2 });
  pdf
    .moveDown(0.3)
    .font('regular', 14)
    .text(`${when} ${f.zone(startsAt, timeZone)}`);
  if (event.venue !== '') pdf.moveDown(0.2).text(event.venue);
}

function drawTicket(pdf: PDFKit.PDFDocument, o: TicketsPdf, ticket: PrintedTicket): void {
  const { t, f } = o.words;
  const top = pdf.y + 36;
  drawQrCode(pdf, ticket.code, MARGIN + WIDTH - QR_SIZE, top);
  pdf.font('bold', 24).text(ticket.ticketType, MARGIN, top + 8, { width: FACTS_WIDTH });
  pdf.text(t.order.number(ticket.serial), { width: FACTS_WIDTH });
  pdf.moveDown(0.5);
  const price = ticket.priceMinor === 0 ? t.free : f.money(ticket.priceMinor, ticket.currency);
  for (const [label, value] of [
    [t.order.price, price],
    ...(o.reference === undefined ? [] : [[t.order.reference, o.reference] as const]),
    [t.order.organiser, o.organiser],
  ] as const) {
    pdf.font('regular', 9).fillColor(MUTED).text(label, { width: FACTS_WIDTH });
    pdf.font('regular', 11).fillColor('black').text(value, { width: FACTS_WIDTH }).moveDown(0.5);
  }
  const end = Math.max(pdf.y, top + QR_SIZE) + 20;
  drawRule(pdf, end);
  pdf
    .font('regular', 10)
    .fillColor(MUTED)
    .text(t.order.admits, MARGIN, end + 12, { width: WIDTH });
}

/** Its light border ends at the margin of the page, so it may reach beyond its place by the border's width. */
function drawQrCode(pdf: PDFKit.PDFDocument, code: string, x: number, y: number): void {
  const { size, path } = qrCodeOf(code);
  pdf
    .save()
    .translate(x, y)
    .scale(QR_SIZE / size)
    .path(path)
    .fill('black')
    .restore();
}

const drawRule = (pdf: PDFKit.PDFDocument, y: number) =>
  pdf
    .moveTo(MARGIN, y)
    .lineTo(MARGIN + WIDTH, y)
    .lineWidth(0.75)
    .stroke(LINE);
