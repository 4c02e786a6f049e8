import assert from 'node:assert/strict';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { DemoLms } from '../../src/sandbox/lms/server.js';
import { startLms, startStubTool, type StubTool } from '../http/demo-lms/support.js';
import { barriers } from '../support/axe.js';
import { chromiumArguments, chromiumPath } from '../support/chromium.js';

describe('demo LMS in a browser', () => {
  let browser: Browser;
  let lms: DemoLms;
  let tool: StubTool;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];

  const start = async (adapterId = 'moodle'): Promise<void> => {
    lms = await startLms(adapterId);
    tool = await startStubTool(() => lms.authorizationUrl);
    lms.registerTool({ ...tool.input, activated: true, visible: true });
    lms.setTourFacts({ loginUrl: tool.input.loginUrl, redirectUri: `${tool.url}/launch`, jwksUrl: tool.input.jwksUrl });
  };
  const open = async (options: Parameters<Browser['newContext']>[0] = {}): Promise<void> => {
    context = await browser.newContext(options);
    page = await context.newPage();
    problems = [];
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      const { hostname } = new URL(request.url());
      if (hostname !== '' && !hostname.endsWith('.localhost')) problems.push(`request to ${hostname}`);
    });
  };

  before(async () => {
    browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...chromiumArguments] });
  });
  after(() => browser.close());
  afterEach(async () => {
    await context.close();
    await tool.close();
    await lms.close();
  });

  for (const adapterId of ['moodle', 'canvas', 'sakai']) {
    it(`opens the tool in the frame of an activity as ${adapterId} does, without breaking its own policy`, async () => {
      await start(adapterId);
      await open();
      await page.goto(`${lms.url}/courses/biology/activities/cell-division`);
      await page.frameLocator('iframe[name="tool_content"]').getByText('Stub player').waitFor();
      assert.deepEqual(problems, []);
    });
  }

  it('brings its own cookie by a second form when the tool’s page sends the request', async () => {
    await start();
    tool.loginByScript = true;
    await open();
    const methods: string[] = [];
    page.on('request', (request) => {
      if (request.url().startsWith(lms.authorizationUrl)) methods.push(request.method());
    });
    await page.goto(`${lms.url}/courses/biology/activities/cell-division`);
    await page.frameLocator('iframe[name="tool_content"]').getByText('Stub player').waitFor();
    assert.deepEqual(methods, ['GET', 'POST']);
    assert.deepEqual(problems, []);
  });

  it('opens the tool in a new window', async () => {
    await start();
    await open();
    await page.goto(`${lms.url}/courses/biology/activities/cell-division-window`);
    const [popup] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('link', { name: 'Open the video' }).click(),
    ]);
    await popup.getByText('Stub player').waitFor();
    assert.equal(lms.launches()[0]?.window, 'new');
  });

  it('goes on to the next tour step of the same page without loading the video again', async () => {
    await start();
    await open();
    await page.goto(`${lms.url}/`);
    await page.getByRole('button', { name: 'Start the tour' }).click();
    await page.frameLocator('iframe[name="tool_content"]').getByText('Stub player').waitFor();
    await page.getByRole('link', { name: 'Look at the events' }).click();
    await page.getByText('Step 2 of').waitFor();
    assert.equal(lms.launches().length, 1);
    assert.equal(new URL(page.url()).search, '?step=2');
    await page.getByRole('link', { name: 'Open it in Chemistry 101' }).click();
    await page.frameLocator('iframe[name="tool_content"]').getByText('Stub player').waitFor();
    assert.deepEqual(
      lms.launches().map(({ course }) => course),
      ['biology', 'chemistry'],
    );
    assert.equal(lms.launches()[0]?.sub, lms.launches()[1]?.sub);
    assert.deepEqual(problems, []);
  });

  it('posts the used launch to the tool in the replay frame', async () => {
    await start();
    await open();
    await page.goto(`${lms.url}/courses/biology/activities/cell-division`);
    await page.frameLocator('iframe[name="tool_content"]').getByText('Stub player').waitFor();
    await page.goto(`${lms.url}/replay?step=6`);
    await page.frameLocator('iframe').getByText('id_token, state').waitFor();
    assert.equal(lms.launches().length, 1);
    assert.deepEqual(problems, []);
  });

  it('keeps one origin’s stored values from another, and answers in the frame that Canvas names', async () => {
    await start('canvas');
    await open();
    await page.goto(`${lms.url}/courses/biology/activities/cell-division`);
    const content = page.frameLocator('iframe[name="tool_content"]');
    await content.getByText('Stub player').waitFor();
    const frame = page.frame('tool_content');
    assert.ok(frame);
    const ask = (message: Record<string, string>): Promise<Record<string, unknown>> =>
      frame.evaluate(
        ({ sent, origin }) =>
          new Promise((resolve) => {
            const scope = globalThis as unknown as {
              addEventListener(type: string, listener: (event: { data: Record<string, unknown> }) => void): void;
              parent: { frames: Record<string, { postMessage(data: unknown, origin: string): void }> } & {
                postMessage(data: unknown, origin: string): void;
              };
            };
            scope.addEventListener('message', ({ data }) => {
              if (data['message_id'] === sent['message_id']) resolve(data);
            });
            const target =
              sent['subject'] === 'lti.capabilities' ? scope.parent : scope.parent.frames['post_message_forwarding'];
            target?.postMessage(sent, origin);
          }),
        { sent: message, origin: lms.url },
      );
    const capabilities = await ask({ subject: 'lti.capabilities', message_id: '1' });
    assert.match(JSON.stringify(capabilities), /lti\.put_data.*post_message_forwarding/);
    await ask({ subject: 'lti.put_data', message_id: '2', key: 'k', value: 'v' });
    assert.equal((await ask({ subject: 'lti.get_data', message_id: '3', key: 'k' }))['value'], 'v');
    assert.equal((await ask({ subject: 'lti.get_data', message_id: '4', key: 'other' }))['value'], undefined);
  });

  for (const [name, options] of [
    ['a desktop', { viewport: { width: 1280, height: 800 } }],
    ['a phone in the dark', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }],
  ] as const) {
    it(`is accessible and fits on ${name}`, async () => {
      await start();
      lms.registerTool({ ...tool.input, name: 'Second tool' });
      await open(options);
      const paths = [
        '/',
        '/courses',
        '/courses/biology',
        '/courses/biology/activities/cell-division?step=1',
        '/courses/biology/activities/cell-division-window',
        '/be-the-admin?step=4',
        '/replay?step=6',
        '/connect?step=7',
        '/admin/tools',
      ];
      for (const path of paths) {
        await page.goto(lms.url + path);
        assert.deepEqual(await barriers(page), [], path);
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.equal(overflow, 0, path);
      }
      assert.deepEqual(problems, []);
    });
  }
});
