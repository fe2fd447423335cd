import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { asText, csvLine } from './csv.js';
import { createOutput } from './output.js';
import { countOf, fields, instantOf, short, table } from './table.js';

describe('a table', () => {
  it('has columns as wide as their cells, numbers to the right, dashes for what is absent', () => {
    expect(
      table(
        ['ID', 'LEFT'],
        [
          ['a', 7],
          ['long id', 1_200],
          [null, null],
        ],
      ),
    ).toEqual(['ID       LEFT', 'a           7', 'long id  1200', '–           –']);
  });

  it('stays a line per row and moves no cursor, whatever stands in the stores', () => {
    const attack = 'x\n\u001B[2Jy \u202Etxt';
    expect(table(['A', 'B'], [[attack, 'z']]).at(-1)).toBe('x <U+001B>[2Jy <U+202E>txt  z');
    expect(fields([['a', attack]])).toEqual(['a  x <U+001B>[2Jy <U+202E>txt']);
  });

  it('that is wider than the terminal is a block of lines for each row, and loses nothing', () => {
    const head = ['ID', 'CAUSE'];
    const rows = [
      ['a', 'x'.repeat(100)],
      ['b', 'y'],
    ];
    expect(table(head, rows, 40)).toEqual(['id     a', `cause  ${'x'.repeat(100)}`, '', 'id     b', 'cause  y']);
    expect(table(head, rows, 200)[0]).toMatch(/^ID {2}CAUSE/);
  });

  it('of fields leaves out those without a value', () => {
    expect(
      fields([
        ['name', 'x'],
        ['none', undefined],
        ['id', 1],
      ]),
    ).toEqual(['name  x', 'id    1']);
  });

  it('shows instants, counts and long texts in short', () => {
    expect(instantOf('2026-11-25T17:20:21.999Z')).toBe('2026-11-25 17:20:21Z');
    expect(instantOf(undefined)).toBeNull();
    expect([countOf(1, 'line'), countOf(2, 'line'), countOf(2, 'capacity', 'capacities')]).toEqual([
      '1 line',
      '2 lines',
      '2 capacities',
    ]);
    expect(short('x'.repeat(61))).toBe(`${'x'.repeat(59)}…`);
  });
});

describe('a line of CSV', () => {
  it.each([
    [['a', 'b'], 'a,b'],
    [[null, ''], ',""'],
    [['a,b', 'say "no"'], '"a,b","say ""no"""'],
    [['two\nlines', 'cr\rhere'], '"two\nlines","cr\rhere"'],
    [[' padded ', 'ä€'], '" padded ",ä€'],
  ])('of %j is as RFC 4180 has it', (values, line) => {
    expect(csvLine(values)).toBe(`${line}\r\n`);
  });
});

describe('a field of CSV', () => {
  it.each(['=HYPERLINK("https://evil.example")', '+1+cmd|x', '-2+3', '@SUM(A1)', '\tx', '\rx', '＝1'])(
    'that a spreadsheet takes for a formula begins with an apostrophe: %j',
    (value) => expect(asText(value)).toBe(`'${value}`),
  );

  it.each([
    ['x;=1+2;y', "x;'=1+2;y"],
    ['x; -1', "x;' -1"],
    ['a\t@b', "a\t'@b"],
    ['a\r\n+1', "a\r'\n'+1"],
    ['=1;＝2', "'=1;'＝2"],
    ['\t=1', "'\t'=1"],
  ])('has one wherever another field could begin: %j', (value, text) => expect(asText(value)).toBe(text));

  it.each([null, '', 'plain', 'a; b-c', 'a=1; b=2', '-12', '-1.5', '{"a":"=1"}'])(
    'is left alone otherwise: %j',
    (value) => expect(asText(value)).toBe(value),
  );
});

describe('progress', () => {
  const [terminal, file] = [Object.assign(new PassThrough(), { isTTY: true }), new PassThrough()];

  it('gives way to what comes next on a terminal', () => {
    const output = createOutput({ out: new PassThrough(), err: terminal });
    output.progress('1 line …');
    output.progress('2 lines …');
    output.note('done');
    output.note('really');
    expect(String(terminal.read())).toBe('\r\u001B[K1 line …\r\u001B[K2 lines …\r\u001B[Kdone\nreally\n');
  });

  it('is not told to a file', () => {
    createOutput({ out: new PassThrough(), err: file }).progress('1 line …');
    expect(file.read()).toBeNull();
  });
});
