import { describe, expect, it } from 'vitest';
import { oneLine } from './foreign-text.js';
import { inlineCode, mdText, summary } from './markdown.js';

const ATTACK =
  'ill\n\n# Heading\n- **Status:** confirmed\n[link](https://evil.example) ![img](https://evil.example/x.png) ' +
  '<img src=x onerror=alert(1)> `` ` ``` \u001B[2Jcleared \u202Eevil\u2066 zero\u200Bwidth \u2028 end';

describe('text from outside', () => {
  it('stays on one line, and what cannot be seen in it is named', () => {
    const shown = oneLine(ATTACK, 1_000);
    expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(shown).toContain('<U+001B>[2Jcleared <U+202E>evil<U+2066> zero<U+200B>width end');
  });

  it('is bounded by characters, none of them halved', () => {
    expect(oneLine('🎟️'.repeat(200), 5)).toBe('🎟️🎟️…');
    expect(oneLine('x'.repeat(500))).toHaveLength(500);
    expect(oneLine('x'.repeat(501))).toBe(`${'x'.repeat(499)}…`);
  });

  it('keeps letters of every script and emoji', () => {
    const text = 'Zoë Ångström, 東京, مرحبا, ❤️';
    expect(oneLine(text)).toBe(text);
  });

  it('is inline code in Markdown, whatever backticks it brings', () => {
    expect(inlineCode('plain')).toBe('`plain`');
    expect(inlineCode('a`b')).toBe('``a`b``');
    expect(inlineCode('``')).toBe('``` `` ```');
    expect(inlineCode(' \n ')).toBe('(empty)');
    const { markdown } = mdText`Reason: ${ATTACK}`;
    const [, fence = '', inside = ''] = /^Reason: (`+)(.*)\1$/.exec(markdown) ?? [];
    expect(inside).toContain('# Heading - **Status:** confirmed [link](https://evil.example) ![img]');
    expect(inside.match(/`+/g)?.filter((run) => run.length === fence.length)).toEqual([]);
  });

  it('fits a summary of Temporal, however long and wide it is', () => {
    expect(summary`${'2 × Standard'} for ${'Gala'}`).toBe('`2 × Standard` for `Gala`');
    for (const long of ['x', 'é', '音', '🎟', 'a`']) {
      const texts = Array.from({ length: 4 }, () => long.repeat(1_000));
      const [a = '', b = '', c = '', d = ''] = texts;
      const line = summary`${a} for ${b}, buyer ${c}, ${d}`;
      expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(400);
      expect(line).toMatch(/…`+ for `/);
    }
  });

  it('is told apart from Markdown and numbers in a template', () => {
    const name = mdText`**${'ann`'}**`;
    expect(mdText`${name} has ${2} tickets: ${'<b>'}`.markdown).toBe('**`` ann` ``** has 2 tickets: `<b>`');
  });
});
