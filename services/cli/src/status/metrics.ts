import { get } from './get.js';

/** Age of the oldest message that an audit consumer was given and has not done, in s; 0 if there is none. */
export async function readOldestMessageAge(url: string): Promise<number> {
  const response = await get(url, '/metrics');
  if (!response.ok) throw new Error(`${url}/metrics answers ${response.status}`);
  return largestOf(await response.text(), 'oldest_message_age_seconds');
}

/** The largest value of a metric over all of its labels, in the text format of Prometheus. */
export function largestOf(text: string, metric: string): number {
  const values = text
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `))
    .map((line) => Number(/\s(\S+)$/.exec(line)?.[1]));
  if (values.length === 0 || values.some(Number.isNaN)) throw new Error(`no metric ${metric}`);
  return Math.max(...values);
}
