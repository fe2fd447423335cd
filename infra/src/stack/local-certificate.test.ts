import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeLocalCertificate } from './local-certificate.js';

const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const make = () =>
  makeLocalCertificate({
    dir: join(folder, 'https'),
    logFile: join(folder, 'log'),
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
  });

describe('a local certificate', () => {
  it('is good for this machine where its authority is trusted, also after it was made again', async () => {
    const first = await make();
    const ca = readFileSync(first.caFile);
    const { certFile, keyFile, hosts } = await make();
    expect(hosts).toContain('localhost');
    expect(statSync(keyFile).mode & 0o077).toBe(0);
    const server = createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, (_, response) =>
      response.end('hello'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    for (const host of ['127.0.0.1', 'localhost']) {
      const status = await new Promise((resolve, reject) => {
        get({ host, port, ca, family: 4 }, (response) => resolve(response.resume().statusCode)).once('error', reject);
      });
      expect(status).toBe(200);
    }
    server.close();
  });
});
