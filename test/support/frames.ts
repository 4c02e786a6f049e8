import assert from 'node:assert/strict';
import type { Frame, Page } from 'playwright-core';

const LIMIT_MS = 30_000;

/** The frame of a page whose address fits, as soon as there is one. */
export async function frameAt(page: Page, address: RegExp): Promise<Frame> {
  const deadline = performance.now() + LIMIT_MS;
  while (performance.now() < deadline) {
    const frame = page.frames().find((candidate) => address.test(candidate.url()));
    if (frame) return frame;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(
    `no frame at ${address.source}; there are ${page
      .frames()
      .map((frame) => frame.url())
      .join(', ')}`,
  );
}

/** What the functions below use of a page; the tests are compiled without the browser's types. */
interface InPage {
  location: { href: string; reload(): void };
  history: { back(): void };
}

export const reload = (frame: Frame): Promise<void> =>
  frame.evaluate(() => {
    (globalThis as unknown as InPage).location.reload();
  });

export const go = (frame: Frame, address: string): Promise<void> =>
  frame.evaluate((href) => {
    (globalThis as unknown as InPage).location.href = href;
  }, address);

export const back = (page: Page): Promise<void> =>
  page.evaluate(() => {
    (globalThis as unknown as InPage).history.back();
  });
