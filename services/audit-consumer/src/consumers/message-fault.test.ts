import { describe, expect, it } from 'vitest';
import { isMessageFault } from './message-fault.js';

const failure = (code: string): Error => Object.assign(new Error('failed'), { code });

describe('isMessageFault', () => {
  it.each(['22003', '22P02', '23503', '23514'])('blames the message for SQLSTATE %s', (code) => {
    expect(isMessageFault(failure(code))).toBe(true);
  });

  it.each(['40P01', '55P03', '57014', '57P01', '42P01', '42501', '53300', '08006', 'ECONNREFUSED'])(
    'blames the environment for %s',
    (code) => {
      expect(isMessageFault(failure(code))).toBe(false);
    },
  );

  it('blames the message for a defect of the code that it triggers, and not for other errors', () => {
    expect(isMessageFault(new TypeError('x is not a function'))).toBe(true);
    expect(isMessageFault(new Error('Query read timeout'))).toBe(false);
    expect(isMessageFault('no error at all')).toBe(false);
  });
});
