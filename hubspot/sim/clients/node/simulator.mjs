// A portal that `hubgraph sim` serves, and HubSpot's client for it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { Client } from '@hubspot/api-client';

import { noted } from './methods.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const binary = here('../../../../hubgraph');

/**
 * Serves the office portal until the test has ended, and then sees it end well.
 * It takes flags of `hubgraph sim`, such as '--fact', 'label-write=add'.
 */
export async function simulate(t, ...flags) {
  assert.ok(existsSync(binary), `${binary} is missing: go build ./cmd/hubgraph makes it`);
  const child = spawn(binary, ['sim', '--portal', here('../office.portal'), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    assert.deepEqual(await exit, [0, null]);
  });
  const line = once(createInterface(child.stdout), 'line').then(([url]) => url);
  const ended = exit.then(([code]) =>
    assert.fail(`hubgraph sim ${flags.join(' ')} ended with ${code} before it served`),
  );
  return new Simulator(await Promise.race([line, ended]));
}

/** A portal that is being served. */
class Simulator {
  constructor(url) {
    this.url = url;
  }

  /** HubSpot's client, as it comes. Its calls are noted. */
  client(options = {}) {
    return noted(new Client({ accessToken: 'token', basePath: this.url, ...options }));
  }

  /** The requests that were answered, as "METHOD path STATUS". */
  async requests() {
    const log = await (await fetch(`${this.url}/_sim/requests`)).json();
    return log.requests.map((r) => `${r.method} ${r.path} ${r.status}`);
  }
}
