// Takes the pictures that the documents show. A test in Go serves the explorer at EXPLORER,
// and reads the pictures from the folder PICTURES.
import { chromium } from 'playwright-core';

const { EXPLORER, PICTURES, CHROMIUM } = process.env;

/** No two runs have the same nights, so that each is given one time. All else in the portal happened before 2026. */
function settle() {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode())
    texts.currentNode.data = texts.currentNode.data
      .replaceAll(/\d\d? [A-Z][a-z]{2} (?!202[0-5])\d{4}/g, '24 Nov 2026')
      .replaceAll(/\b(?!202[0-5])\d{4}-\d\d-\d\d\b/g, '2026-11-24')
      .replaceAll(/\d\d:\d\d UTC/g, '02:00 UTC')
      .replaceAll('Compared with the night of 24', 'Compared with the night of 23');
}

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
const page = await browser.newPage({ colorScheme: 'light' });

/** Takes a picture of the top of a page, which must show some texts: pages are laid out alike, and pictures are compared coarsely. */
async function take(name, width, height, ...texts) {
  await page.setViewportSize({ width, height });
  for (const text of texts) await page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: 5000 });
  await page.evaluate(settle);
  await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

const deal = `${EXPLORER}/record/deals/20000167660`;
await page.goto(`${EXPLORER}/`);
await take('report', 1200, 800, '8 checks failed; 282 new findings', '548,907 EUR', 'Amber Clinics: Vega');
await page.goto(deal);
await page.locator('#findings a', { hasText: 'Deal linked to neither contact nor company' }).click();
await page.waitForURL('**/finding/*');
await take('finding', 1000, 928, '3,290.00 EUR', 'gone: Primary', 'no company');
await page.goto(deal);
await page.locator('.nights a[href*="?night="]').last().click();
await page.waitForURL(/night=/);
await take('record', 1000, 1056, 'Picture over the nights', '3 of the picture not there', 'contact 6700');
await browser.close();
