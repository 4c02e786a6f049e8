import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { sectionsOf } from '../../../src/admin/shell.js';
import { AppError } from '../../../src/errors/app-error.js';
import type { PlatformId } from '../../../src/runtime/ids.js';
import { UNDO_PATH, type AdminRoute } from '../../../src/ui/admin-screen.js';
import { factsOf } from '../ui/ui-kit.js';
import { testScreen, testSession, testShell } from './test-screen.js';

const PROBLEM = fileURLToPath(new URL('../../../src/admin/problem.eta', import.meta.url));
const HTMX = { headers: { 'hx-request': 'true' } };

const route = (overrides: Partial<AdminRoute>): AdminRoute => ({
  method: 'GET',
  path: '/admin/courses',
  template: '/admin/courses',
  role: 'viewer',
  handler: () => ({ status: 200 }),
  ...overrides,
});

const page = (screen: ReturnType<typeof testScreen>): string =>
  String(
    screen.page(PROBLEM, { title: 'T', section: 'courses', sentence: '<b>', code: 'C', requestId: 'r' } as never).body,
  );

describe('the rail', () => {
  const table = [
    route({ path: '/admin/settings', role: 'owner' }),
    route({ path: '/admin/courses', keepsToDeployment: true }),
    route({ path: '/admin/platforms/:ref' }),
    route({ path: '/admin/launches', method: 'POST' }),
  ];

  it('shows the sections that have a screen and are open to the role, in their order', () => {
    const names = (session = testSession()) => sectionsOf(table, session).map(({ section }) => section);
    assert.deepEqual(names(), ['courses', 'settings']);
    assert.deepEqual(names(testSession({ role: 'editor' })), ['courses']);
  });

  it('shows a session of one platform only what keeps to it', () => {
    const session = testSession({ deployment: { platformId: 'p1' as PlatformId, deploymentId: '1' } });
    assert.deepEqual(sectionsOf(table, session), [{ section: 'courses', path: '/admin/courses' }]);
  });
});

describe('a page in the shell', () => {
  it('marks its section, names the admin and escapes what it shows', () => {
    const screen = testShell([route({})]).screenFor(factsOf(), testSession({ name: '<script>x' }));
    const html = page(screen);
    assert.match(html, /<a href="\/admin\/courses" aria-current="page">/);
    assert.match(html, /<bdi>&lt;script>x|<bdi>&lt;script&gt;x/);
    assert.doesNotMatch(html, /<script>x/);
  });

  it('carries no inline script, style or handler', () => {
    const html = page(testScreen());
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
  });

  it('lets htmx evaluate nothing, keep no history and ask nobody else', () => {
    const [, config = ''] = /name="htmx-config" content="([^"]*)"/.exec(page(testScreen())) ?? [];
    const settings = JSON.parse(config.replaceAll('&quot;', '"')) as Record<string, unknown>;
    const { allowEval, allowScriptTags, selfRequestsOnly, historyEnabled, includeIndicatorStyles } = settings;
    assert.deepEqual(
      { allowEval, allowScriptTags, selfRequestsOnly, historyEnabled, includeIndicatorStyles },
      {
        allowEval: false,
        allowScriptTags: false,
        selfRequestsOnly: true,
        historyEnabled: false,
        includeIndicatorStyles: false,
      },
    );
  });

  it('offers to undo only where a route does so and the role may use it', () => {
    const shown = (table: AdminRoute[], role: 'editor' | 'viewer') => {
      const session = testSession({ role });
      const shell = testShell(table);
      const { headers } = shell
        .screenFor(factsOf(), session)
        .redirect('/admin/courses', { text: 'Mapped.', undo: 'set-9' });
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(String(headers?.['Set-Cookie'])) ?? [];
      return page(shell.screenFor(factsOf({ cookies: new Map([[name, value]]) }), session));
    };
    const undo = route({ method: 'POST', path: UNDO_PATH, role: 'editor' });
    assert.match(shown([undo], 'editor'), /action="\/admin\/courses\/undo"[\s\S]*value="set-9"/);
    assert.doesNotMatch(shown([undo], 'viewer'), /set-9/);
    assert.doesNotMatch(shown([], 'editor'), /set-9/);
    assert.match(shown([], 'editor'), /Mapped\./);
  });
});

describe('a redirect', () => {
  it('is a 303, and htmx’s own header where htmx asks', () => {
    assert.deepEqual(testScreen().redirect('/admin/courses?order=title'), {
      status: 303,
      headers: { Location: '/admin/courses?order=title' },
    });
    assert.deepEqual(testScreen(testSession(), HTMX).redirect('/admin/courses'), {
      status: 200,
      headers: { 'HX-Redirect': '/admin/courses' },
    });
  });

  for (const path of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '',
    'admin',
    '/a\r\nb',
    '/a\\b',
    '/a b',
  ]) {
    it(`never goes to ${JSON.stringify(path)}`, () => {
      assert.throws(() => testScreen().redirect(path), /path of ours/);
    });
  }
});

describe('a refusal that a signed-in admin reads', () => {
  const error = new AppError('MAPPING_CONFLICT', { reason: 'version 3 is stored' });

  it('gives the hint for admins, the reason, the code and the request id', () => {
    const { status, code, body } = testShell().problem(error, factsOf({ requestId: 'request-7' }), testSession());
    assert.deepEqual([status, code], [409, 'MAPPING_CONFLICT']);
    for (const text of ['was changed since it was read', 'version 3 is stored', 'MAPPING_CONFLICT', 'request-7']) {
      assert.ok(String(body).includes(text), text);
    }
  });

  it('is a part of a page for htmx', () => {
    const { body } = testShell().problem(error, factsOf(HTMX), testSession());
    assert.match(String(body), /^<div class="alert alert-bad" role="alert">/);
    assert.doesNotMatch(String(body), /<html/);
  });
});
