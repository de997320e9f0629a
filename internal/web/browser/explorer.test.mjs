// The explorer in a browser. A test in Go serves it at EXPLORER.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { chromium } from 'playwright-core';

const base = process.env.EXPLORER;
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser;

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
});
after(() => browser.close());

/** Opens a page, and holds it to asking nobody else and complaining of nothing until the test has ended. */
async function open(t, path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const heard = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${base}/`) && request.url() !== 'data:,') heard.push(`request ${request.url()}`);
  });
  page.on('console', (message) => heard.push(`console ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`error ${error}`));
  await page.goto(base + path);
  t.after(async () => {
    await context.close();
    assert.deepEqual(heard, []);
  });
  return page;
}

for (const width of [390, 1280])
  for (const colorScheme of ['light', 'dark'])
    test(`the pages fit ${width} pixels and everybody, ${colorScheme}`, async (t) => {
      const page = await open(t, '/record/deals/301', { viewport: { width, height: 844 }, colorScheme });
      const night = await page.locator('.nights a').first().getAttribute('href');
      const finding = await page.locator('a[href^="/finding/"]').first().getAttribute('href');
      const paths = [night, finding, '/record/deals/301', '/find?q=eagle', '/path?from=deals:301&to=contacts:101', '/checks', '/check/deal_without_contact', '/sql?q=FROM+snapshot'];
      for (const path of paths) {
        await page.goto(base + path);
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, path);
        const { violations } = await page.evaluate(`${axe}; axe.run()`);
        assert.deepEqual(
          violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html)}`),
          [],
          path,
        );
      }
    });

/** Finds a record, goes to a neighbour and back. */
async function walk(page) {
  await page.fill('[name=q]', 'eagle w');
  await page.press('[name=q]', 'Enter');
  await page.waitForURL('**/find?q=*');
  await page.click('.records a');
  await page.waitForURL('**/record/deals/301');
  assert.equal(await page.locator('h1').textContent(), 'Eagle Wines');
  await page.click('#drawn a[href="/record/companies/201"]');
  await page.waitForURL('**/record/companies/201');
  assert.equal(await page.locator('h1').textContent(), 'Eagle Ltd');
  await page.goBack();
  await page.waitForURL('**/record/deals/301');
  assert.equal(await page.locator('h1').textContent(), 'Eagle Wines');
  await page.locator('.nights a').first().click();
  await page.waitForURL('**/record/deals/301?night=*');
}

test('a record is found, its neighbour opened, the step undone, and the nights slid', async (t) => {
  const page = await open(t, '/');
  await walk(page);
  const ghosts = page.locator('#drawn g.ghost');
  const places = () => page.locator('#drawn g.node').evaluateAll((all) => all.map((n) => JSON.stringify(n.getBoundingClientRect())));
  assert.equal(await ghosts.count(), 0);
  const before = await places();
  await page.focus('#slider input');
  await page.keyboard.press('ArrowRight');
  assert.equal(await ghosts.count(), 2);
  assert.deepEqual(await places(), before);
  assert.match(await page.locator('#slid').textContent(), /1 of the picture not there/);
  await page.keyboard.press('ArrowLeft');
  assert.equal(await ghosts.count(), 0);
});

test('without a script, links lead through the nights', async (t) => {
  const page = await open(t, '/', { javaScriptEnabled: false });
  await walk(page);
  assert.equal(await page.locator('#slider').isVisible(), false);
  assert.equal(await page.locator('#drawn g.ghost').count(), 0);
  const last = page.locator('.nights a[href*="?night="]').last();
  const address = base + (await last.getAttribute('href'));
  await last.click();
  await page.waitForURL((url) => url.href === address);
  assert.equal(await page.locator('#drawn g.ghost').count(), 2);
});

test('what is folded shows its count first, opens, and closes again', async (t) => {
  const page = await open(t, '/record/companies/202');
  const contacts = page.locator('#drawn g.node a[href^="/record/contacts/"]');
  const fold = page.locator('#drawn g.node a[href="/record/companies/202/contacts"]');
  const few = await contacts.count();
  assert.ok(few <= 12, `${few} contacts are drawn`);
  assert.match(await fold.textContent(), new RegExp(`\\+ ${30 - few} contacts`));
  await fold.click();
  await page.waitForURL('**/record/companies/202/contacts');
  assert.equal(await page.locator('#h-neighbors').textContent(), '30 contacts');
  assert.equal(await contacts.count(), 30);
  await page.goBack();
  await page.waitForURL('**/record/companies/202');
  assert.equal(await contacts.count(), few);
  await page.goto(`${base}/record/companies/202/contacts`);
  assert.equal(await contacts.count(), 30);
});
