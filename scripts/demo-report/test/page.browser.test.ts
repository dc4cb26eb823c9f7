import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provideBrowser, ToolUnavailable } from '../../test-tools.ts';
import { count } from '../format.ts';
import { writeDemoReport } from '../write-demo-report.ts';
import { sampleReport } from './sample-report.ts';

// Where there is none it is installed, which takes longer than a hook may.
const found = await provideBrowser().then(
  (executablePath) => ({ executablePath, reason: '' }),
  (error: Error) => {
    if (!(error instanceof ToolUnavailable)) throw error;
    return { executablePath: '', reason: ` [${error.message}]` };
  },
);

describe.skipIf(found.reason !== '')(`the page in Chromium${found.reason}`, () => {
  let browser: Browser | undefined;
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'demo-page-'));
    browser = await chromium.launch({
      executablePath: found.executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    if (folder !== '') await rm(folder, { recursive: true });
  });

  async function open(width: number, colorScheme: 'light' | 'dark', failing: boolean) {
    const report = sampleReport({ failing });
    const { htmlPath } = await writeDemoReport(report, join(folder, String(failing)));
    const tab = await (browser as Browser).newPage({ viewport: { width, height: 900 }, colorScheme });
    const complaints: string[] = [];
    const requests: string[] = [];
    tab.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    tab.on('pageerror', (error) => complaints.push(error.message));
    tab.on('request', (request) => requests.push(request.url()));
    const address = pathToFileURL(htmlPath).href;
    await tab.goto(address);
    const pictures = process.env.DEMO_PAGE_PICTURES;
    if (pictures !== undefined) {
      const path = join(pictures, `${width}-${colorScheme}${failing ? '-failing' : ''}.png`);
      await tab.screenshot({ path, fullPage: true });
    }
    return { tab, report, complaints, requests, address };
  }

  it.each([
    [1_280, 'light', false],
    [1_280, 'dark', true],
    [360, 'light', true],
    [360, 'dark', false],
  ] as const)('%i px, %s, failing %s', async (width, colorScheme, failing) => {
    const { tab, report, complaints, requests, address } = await open(width, colorScheme, failing);
    expect(await tab.locator('.headline').innerText()).toBe(
      `${failing ? '330' : '0'} of ${count(report.requests)} requests failed`,
    );
    expect(await tab.locator('svg.chart:visible').count()).toBe(1);
    expect(await tab.locator('svg.chart:visible rect.failure').count()).toBeGreaterThan(failing ? 0 : -1);
    expect((await tab.locator('svg.chart:visible rect.failure').count()) > 0).toBe(failing);
    expect(await tab.locator('.deploys tbody tr').count()).toBe(5);

    await tab.locator('details').first().locator('summary').click();
    const { scroll, client, outside } = (await tab.evaluate(`({
      scroll: document.documentElement.scrollWidth,
      client: document.documentElement.clientWidth,
      outside: [...document.querySelectorAll('svg.chart text')]
        .filter((text) => text.getBoundingClientRect().width > 0)
        .filter((text) => {
          const box = text.getBoundingClientRect();
          const frame = text.ownerSVGElement.getBoundingClientRect();
          return box.left < frame.left - 1 || box.right > frame.right + 1;
        })
        .map((text) => text.textContent),
    })`)) as { scroll: number; client: number; outside: string[] };
    expect(scroll).toBeLessThanOrEqual(client);
    expect(outside).toEqual([]);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => url !== address && !url.startsWith('data:'))).toEqual([]);
    await tab.close();
  });

  it('tells the figures under the pointer', async () => {
    const { tab, complaints } = await open(1_280, 'light', false);
    await tab.locator('svg.chart.wide').hover();
    expect(await tab.locator('.tip').innerText()).toMatch(/per second\np50 /);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  it('names the picture and its content for those who do not see it', async () => {
    const { tab } = await open(1_280, 'light', false);
    const picture = tab.getByRole('img', { name: /Requests per second by version/ });
    expect(await picture.count()).toBe(1);
    expect(await picture.locator('desc').textContent()).toMatch(/0 failed, 0 mixed.*v3 refused/s);
    await tab.close();
  });
});
