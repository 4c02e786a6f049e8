import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import type { AuditRecord } from '../../../src/store/ports.js';
import { startAdminWorld, type AdminWorld } from '../../support/admin-world.js';
import { codeOf } from '../../support/tool-world.js';

describe('the audit screen', () => {
  let world: AdminWorld;
  let cookie: string;
  beforeEach(async () => {
    world = await startAdminWorld();
    ({ cookie } = await world.signIn('viewer', 'Viewer'));
  });
  afterEach(() => world.close());

  const note = (entry: Partial<AuditRecord>): Promise<void> =>
    world.store.audit.note({
      atMs: world.clock.now,
      actor: { kind: 'cli' },
      action: 'tenant.update',
      target: 'tenant-1',
      ...entry,
    });
  const html = async (path = '/admin/audit'): Promise<string> => (await world.get(path, { cookie })).text();

  it('says who changed what, when, from where, and what was there before', async () => {
    await note({
      actor: { kind: 'admin', id: 'link:Grace Hopper', address: '192.0.2.7' },
      atMs: Date.UTC(2026, 10, 23, 5, 32, 19),
      action: 'platform.update',
      target: 'platform-1',
      before: { settings: { entryPolicy: 'root' }, name: 'Moodle' },
      after: { settings: { entryPolicy: 'course' }, name: 'Moodle' },
    });
    const page = await html();
    for (const text of ['05:32:19', '2026-11-23', 'Grace Hopper', '192.0.2.7', 'platform.update', 'platform-1']) {
      assert.ok(page.includes(`>${text}<`), text);
    }
    const [, change = ''] = /<dl class="diff">([\s\S]*?)<\/dl>/.exec(page) ?? [];
    assert.match(change, /settings\.entryPolicy[\s\S]*<del>[\s\S]*root[\s\S]*<ins>[\s\S]*course/);
    assert.doesNotMatch(change, /Moodle/);
  });

  it('escapes what people typed', async () => {
    await note({ action: 'tenant.update', target: '"><script>x', after: { '<b>': '<script>y' } });
    assert.doesNotMatch(await html(), /<script>[xy]|<b>/);
  });

  it('leads through everything, page by page, each record once', async () => {
    for (let i = 0; i < 120; i++) await note({ action: 'mapping.apply', target: `set-${i}-end` });
    const seen: string[] = [];
    for (let path: string | undefined = '/admin/audit'; path !== undefined;) {
      const page: string = await html(path);
      seen.push(...[...page.matchAll(/>(set-\d+)-end</g)].map(([, target = '']) => target));
      path = /href="(\/admin\/audit\?before=[\w-]+)"/.exec(page)?.[1];
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 120 }, (_, i) => `set-${119 - i}`),
    );
  });

  it('is narrowed to kind, person and LMS, on the page, in its next pages and in the export', async () => {
    for (let i = 0; i < 130; i++) {
      const id = i % 2 === 0 ? 'link:Grace Hopper' : 'link:Ada Byron';
      const action = i % 4 < 2 ? 'mapping.apply' : 'platform.update';
      await note({ actor: { kind: 'admin', id }, action, target: `set-${i}-end` });
    }
    const targets = (text: string): string[] =>
      [...text.matchAll(/\b(set-\d+)-end\b/g)].map(([, target = '']) => target);
    const wanted = Array.from({ length: 130 }, (_, i) => 129 - i)
      .filter((i) => i % 4 === 0)
      .map((i) => `set-${i}`);
    const query = 'action=mapping.&who=grace';
    assert.deepEqual([...new Set(targets(await html(`/admin/audit?${query}`)))], wanted);
    assert.deepEqual(targets(await html(`/admin/audit.csv?${query}`)), wanted);
    const page = await html('/admin/audit?action=mapping.');
    const [, next = ''] = /href="(\/admin\/audit\?[^"]*before=[^"]+)"/.exec(page) ?? [];
    assert.match(next, /action=mapping\./);
    assert.equal(new Set(targets(page + (await html(next.replaceAll('&amp;', '&'))))).size, 65 + 1);
    assert.match(await html('/admin/audit?action=nothing.'), /No change fits/);
    assert.equal((await world.get('/admin/audit?tenant=x', { cookie })).status, 400);
  });

  it('refuses a place that is not the id of a record', async () => {
    for (const query of ['before=x', 'before=', 'before=a&before=b', "before=' OR 1=1"]) {
      const answer = await world.get(`/admin/audit?${query}`, { cookie });
      assert.deepEqual([answer.status, await codeOf(answer)], [400, 'INPUT_INVALID'], query);
    }
  });

  it('exports every record, newest first, with nothing that a spreadsheet would run', async () => {
    const before = (await world.store.audit.list({ limit: 100 })).length;
    for (let i = 0; i < 600; i++) await note({ action: 'mapping.apply', target: `set-${i}`, after: { i } });
    await note({
      action: 'tenant.update',
      target: '=HYPERLINK("https://evil.example")',
      before: '+1',
      after: '@x',
    });
    const answer = await world.get('/admin/audit.csv', { cookie });
    assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8');
    assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; filename="[\w.-]+"$/);
    const rows = parse<Record<string, string>>(await answer.text(), { columns: true, bom: true });
    assert.equal(rows.length, before + 601);
    assert.equal(rows[0]?.['target'], `'=HYPERLINK("https://evil.example")`);
    assert.deepEqual([rows[1]?.['target'], rows[1]?.['after']], ['set-599', '{"i":599}']);
    assert.equal(rows.flatMap((row) => Object.values(row)).filter((cell) => /^[=+\-@\t\r]/.test(cell)).length, 0);
  });

  it('says what will appear here while nothing has changed', async () => {
    Object.assign(world.store.audit, { list: () => Promise.resolve([]) });
    assert.match(await html(), /No changes yet/);
  });
});
