import type { Measured } from '../load/recorder.js';
import { at, type Results } from '../results.js';
import type { Growth } from '../steps/growth.js';
import { bestDirect, holds, type Ratio } from './ratios.js';
import { figure, table } from './table.js';

/** Share of the machine (0 to 1) that other processes may use before the report mentions it. */
const TOLERABLE = 0.05;

/** The report of a run: the ratios first, then the figures. */
export function report(results: Results, ratios: readonly Ratio[]): string {
  const { about } = results;
  const counts = about.processes;
  const head =
    `Box Office bench, ${about.commit}, Node ${about.node}, ${about.cores} cores${about.quick ? ', quick' : ''}, ` +
    `${counts.api} gateway(s), ${counts.worker} worker(s), ${counts.auditConsumer} consumer(s), ${about.tookS} s\n` +
    (about.othersShare > TOLERABLE
      ? `Other processes used ${figure(100 * about.othersShare)} % of the machine: trust the ratios, not the figures.\n`
      : '');
  const parts = [
    ratioTable(ratios),
    ...[purchases, baselines, loads, visit, cpu, growth, memory].map((part) => part(results)),
  ];
  return `\n${head}\n${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function ratioTable(ratios: readonly Ratio[]): string {
  const rows = ratios.map((ratio) => [
    ratio.what,
    ratio.measured,
    figure(ratio.ratio),
    `${ratio.wanted.bound === 'at least' ? '≥' : '≤'} ${ratio.wanted.value}`,
    holds(ratio) ? 'yes' : 'NO',
  ]);
  return rows.length === 0 ? '' : table(['ratios within this run', 'of', 'ratio', 'wanted', 'met'], rows);
}

const latencies = (measured: Measured | undefined): string[] =>
  [measured?.perSecond, measured?.p50Ms, measured?.p90Ms, measured?.p99Ms].map(figure);

function purchases({ purchase, baselines }: Results): string {
  const buyers = [...new Set([...Object.keys(purchase), ...Object.keys(baselines.noop)])].map((key) =>
    Number(key.slice(1)),
  );
  const rows = buyers
    .toSorted((a, b) => a - b)
    .map((count) => {
      const [bought, noop, direct] = [purchase[at(count)], baselines.noop[at(count)], baselines.direct[at(count)]];
      return [
        String(count),
        ...latencies(bought),
        ...[noop?.perSecond, noop?.p50Ms, bought && noop && bought.perSecond / noop.perSecond].map(figure),
        ...[direct && bestDirect(direct), bought && direct && (100 * bought.perSecond) / bestDirect(direct)].map(
          figure,
        ),
      ];
    });
  const headings = [
    'buyers',
    'purchases/s',
    'p50 ms',
    'p90',
    'p99',
    'no-op/s',
    'p50 ms',
    '× no-op',
    'direct/s',
    '% of it',
  ];
  return rows.length === 0 ? '' : table(headings, rows);
}

function baselines({ baselines: { hono, middleware, lua, direct, noopLocalActivity }, soldOut }: Results): string {
  const rows: [string, Measured | undefined][] = [
    ['bare Hono endpoint, 60 callers', hono],
    ['the purchase route’s middleware, constant answer, 60', middleware],
    ['“sold out” to returning buyers, 60', soldOut],
    ['the reservation alone (Lua), 60', lua],
    ['no-op that notifies with a local activity, 1', noopLocalActivity],
    ...Object.entries(direct).flatMap(([key, { single, batched }]): [string, Measured][] => [
      [`direct calls, one purchase each, ${key.slice(1)}`, single],
      [`direct calls, purchases batched, ${key.slice(1)}`, batched],
    ]),
  ];
  const measured = rows.filter(([, result]) => result !== undefined);
  if (measured.length === 0) return '';
  return table(
    ['answers of', 'per second', 'p50 ms', 'p90', 'p99'],
    measured.map(([name, m]) => [name, ...latencies(m)]),
  );
}

function loads({ openLoop, slowProvider, soldOut, pages, doors }: Results): string {
  const rows: [string, Measured | undefined][] = [
    [`open loop at half of ${figure(openLoop?.capacityPerSecond)}/s`, openLoop?.half],
    ['open loop at nine tenths', openLoop?.nineTenths],
    ['60 buyers, provider takes 200 ms a call', slowProvider],
    ['60 buyers, one in ten pays slowly: the others', slowProvider?.mixed.quick],
    ['60 buyers, one in ten pays slowly (2 s): these', slowProvider?.mixed.slow],
    ['half the capacity', soldOut?.beside.alone],
    ['half the capacity beside a sold-out load', soldOut?.beside.withSoldOutLoad],
    ['that sold-out load', soldOut?.beside.soldOutLoad],
    ['an event’s page, until its first byte', pages?.firstByte],
    ['scans at eight doors', doors],
  ];
  const measured = rows.filter(([, result]) => result !== undefined);
  if (measured.length === 0) return '';
  return table(
    ['loads', 'per second', 'p50 ms', 'p90', 'p99'],
    measured.map(([name, m]) => [name, ...latencies(m)]),
  );
}

function visit({ pages }: Results): string {
  if (!pages) return '';
  const { bytes, largestPaintMs, layoutShift } = pages.visit;
  return table(
    ['first visit of a slow phone', ''],
    [
      ['kB without pictures', figure(bytes / 1_000)],
      ['largest paint, ms', figure(largestPaintMs)],
      ['layout shift', figure(layoutShift)],
    ],
  );
}

function cpu({ cpu: byBuyers }: Results): string {
  const columns = Object.entries(byBuyers);
  const [first] = columns;
  if (!first) return '';
  const names = Object.keys(first[1]);
  const ours = names.filter((name) => name !== 'loadGenerator');
  const rows = names.map((name) => [name, ...columns.map(([, ms]) => figure(ms[name]))]);
  const sum = columns.map(([, ms]) => figure(ours.reduce((total, name) => total + (ms[name] ?? 0), 0)));
  const headings = ['CPU ms per purchase', ...columns.map(([key]) => `${key.slice(1)} buyers`)];
  return table(headings, [...rows, ['all but the load generator', ...sum]]);
}

function growth(results: Results): string {
  if (!results.growth) return '';
  const { oneEvent, thousandEvents } = results.growth;
  const rows = (name: string, { parts, lastOverFirst, liveHeapMb: { before, after } }: Growth): string[][] => {
    const [first, last] = [parts[0], parts.at(-1)];
    if (!first || !last) return [];
    const each = Object.keys(first.cpuMsPerPurchase).map((process) => [
      `${name}: ${process}`,
      figure(first.cpuMsPerPurchase[process]),
      figure(last.cpuMsPerPurchase[process]),
      figure((last.cpuMsPerPurchase[process] ?? 0) / (first.cpuMsPerPurchase[process] ?? 0)),
      `${figure(first.memoryMb[process])} → ${figure(last.memoryMb[process])}`,
      process in before ? `${figure(before[process])} → ${figure(after[process])}` : '',
    ]);
    const rates = [`${name}: purchases/s`, figure(first.perSecond), figure(last.perSecond), '', '', ''];
    return [rates, [`${name}: all of ours, of ${last.upTo}`, '', '', figure(lastOverFirst), '', ''], ...each];
  };
  const headings = ['CPU ms per purchase', 'first tenth', 'last tenth', 'ratio', 'memory MB', 'live heap MB'];
  return table(headings, [...rows('one event', oneEvent), ...rows('1,000 events', thousandEvents)]);
}

function memory({ memory: { start, end } }: Results): string {
  const rows = Object.keys(start).map((name) => [name, figure(start[name]), figure(end[name])]);
  return rows.length === 0 ? '' : table(['memory MB (RssAnon)', 'after warm-up', 'at the end'], rows);
}
