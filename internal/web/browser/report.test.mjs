// The report in a browser. The pages lie in the folder that PAGES names, with the number of
// their findings; a test in Go makes them.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { chromium } from 'playwright-core';

const folder = process.env.PAGES;
const findings = Number(process.env.FINDINGS);
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser;

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
});
after(() => browser.close());

/** Opens a page, and holds it to asking for nothing and complaining of nothing until the test has ended. */
async function open(t, name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const address = pathToFileURL(`${folder}/${name}`).href;
  const heard = [];
  page.on('request', (request) => heard.push(`request ${request.url()}`));
  page.on('console', (message) => heard.push(`console ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`error ${error}`));
  page.on('dialog', (dialog) => heard.push(`dialog ${dialog.message()}`));
  await page.goto(address);
  t.after(async () => {
    await context.close();
    assert.deepEqual(
      heard.filter((h) => h !== `request ${address}` && h !== 'request data:,'),
      [],
    );
  });
  return page;
}

const rows = (page) => page.locator('#all tbody tr:not(.group)').count();

for (const width of [390, 1280])
  for (const colorScheme of ['light', 'dark'])
    test(`it fits ${width} pixels and everybody, ${colorScheme}`, async (t) => {
      const page = await open(t, 'report.html', { viewport: { width, height: 844 }, colorScheme });
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
      await page.locator('details').evaluateAll((all) => all.forEach((d) => (d.open = true)));
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
      const { violations } = await page.evaluate(`${axe}; axe.run()`);
      assert.deepEqual(
        violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html)}`),
        [],
      );
    });

test('findings are searched, filtered and sorted', async (t) => {
  const page = await open(t, 'report.html');
  const count = page.locator('#count');
  assert.equal(await rows(page), 100);
  await page.fill('[name=text]', 'wines 12 deals:20000000012');
  assert.match(await count.textContent(), /^1 of /);
  assert.equal(await rows(page), 1);
  await page.click('[type=reset]');
  await page.selectOption('[name=state]', 'waived');
  assert.equal(await rows(page), 1);
  await page.selectOption('[name=state]', '');
  await page.selectOption('[name=severity]', 'low');
  assert.equal(await rows(page), 0);
  await page.selectOption('[name=severity]', '');

  await page.click('#more');
  assert.equal(await rows(page), findings);
  const money = async () => {
    const cells = await page.locator('#all tbody tr td:nth-child(5)').allTextContents();
    return cells.filter((c) => c.endsWith('EUR')).map((c) => Number(c.replaceAll(',', '').split(' ')[0]));
  };
  const header = page.locator('#all thead th', { hasText: 'Money' });
  await header.locator('button').click();
  assert.equal(await header.getAttribute('aria-sort'), 'descending');
  const falling = await money();
  assert.deepEqual(falling, falling.toSorted((a, b) => b - a));
  await header.locator('button').press('Enter');
  assert.equal(await header.getAttribute('aria-sort'), 'ascending');
  assert.deepEqual(await money(), falling.toReversed());
});

test('a link to the findings of a check shows them alone', async (t) => {
  const page = await open(t, 'report.html');
  await page.locator('a[data-check]').first().click();
  assert.equal(await page.inputValue('[name=check]'), 'deal_fully_orphaned');
});

test('the same facts are there without a script', async (t) => {
  const facts = (page, cells) =>
    page.locator(`#all tbody tr:not(.group)`).evaluateAll(
      (all, at) => all.map((row) => at.map((i) => row.cells[i].textContent.trim()).join('|')).sort(),
      cells,
    );
  const scripted = await open(t, 'report.html');
  await scripted.click('#more');
  const plain = await open(t, 'report.html', { javaScriptEnabled: false });
  assert.equal(await plain.locator('#filter').isVisible(), false);
  assert.deepEqual(await facts(plain, [0, 1, 2, 3]), await facts(scripted, [3, 4, 6, 7]));
  const sections = (page) => page.locator('main section:not(#findings)').allTextContents();
  assert.deepEqual(await sections(plain), await sections(scripted));
});

test('it prints on two pages, in the light', async (t) => {
  const page = await open(t, 'report.html', { colorScheme: 'dark' });
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  const pages = pdf.match(/\/Type \/Page\b/g).length;
  assert.ok(pages <= 2, `it takes ${pages} pages`);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  assert.equal(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(255, 255, 255)');
  assert.equal(await page.locator('#all').isVisible(), false);
});

test('20,000 findings are sorted', async (t) => {
  const page = await open(t, 'large.html');
  assert.match(await page.locator('#count').textContent(), /^20,000 of 20,000 /);
  await page.locator('#all thead th button', { hasText: 'About' }).click();
  assert.match(await page.locator('#all tbody td:nth-child(4)').first().textContent(), /^deals:20000000000/);
});

/** Does something with a new page, and returns what its main thread spent, and of that in scripts, as Chromium counts it, in seconds. */
async function spent(t, work) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  t.after(() => context.close());
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  await work(page);
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name) => metrics.find((m) => m.name === name).value;
  return { script: of('ScriptDuration'), task: of('TaskDuration') };
}

test('what 20,000 findings cost is printed', async (t) => {
  const report = await spent(t, async (page) => {
    await page.goto(pathToFileURL(`${folder}/large.html`).href);
    await page.locator('#all thead th button', { hasText: 'About' }).click();
  });
  const row = `<tr>${'<td></td>'.repeat(8)}</tr>`;
  const empty = await spent(t, (page) => page.setContent(`<!doctype html><table>${row.repeat(20_000)}</table>`));
  t.diagnostic(
    `scripts: ${report.script.toFixed(2)} s; main thread: ${report.task.toFixed(2)} s, ${(report.task / empty.task).toFixed(1)} times that of an empty table of 20,000 rows`,
  );
});

test('no foreign text is more than text', async (t) => {
  const page = await open(t, 'report.html');
  const elements = (html) =>
    page.evaluate((text) => {
      const counts = {};
      for (const e of new DOMParser().parseFromString(text, 'text/html').querySelectorAll('*')) {
        const name = `${e.localName} ${e.getAttributeNames().sort().join(' ')}`;
        counts[name] = (counts[name] ?? 0) + 1;
      }
      return counts;
    }, html);
  const kinds = (await readdir(`${folder}/hostile`)).sort();
  assert.deepEqual(kinds, ['check', 'checks', 'find', 'finding', 'path', 'record', 'refused', 'report', 'sql']);
  for (const kind of kinds) {
    const names = (await readdir(`${folder}/hostile/${kind}`)).sort();
    assert.equal(names.length, 201);
    let want;
    for (const name of names) {
      const found = await elements(await readFile(`${folder}/hostile/${kind}/${name}`, 'utf8'));
      want ??= found;
      assert.deepEqual(found, want, `${kind} ${name}`);
    }
  }
});
