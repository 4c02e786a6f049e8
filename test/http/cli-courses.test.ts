import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/runtime/clock.js';
import { systemRandom } from '../../src/runtime/random.js';
import { startKalturaStandIn, type KalturaStandIn } from '../../src/sandbox/kaltura/server.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { Store, TenantRecord } from '../../src/store/ports.js';
import { cliEnvironment, endCommands, runCli, type Environment, type Outcome } from '../support/cli.js';
import { aPlatform, aTenant, CLI } from '../support/store-fixtures.js';

describe('playcontext courses', function () {
  this.timeout(60_000);

  let kaltura: KalturaStandIn;
  let folder: string;
  let environment: Environment;
  let tenant: TenantRecord;
  const file = (name: string): string => join(folder, name);
  const run = (...commandLine: string[]): Promise<Outcome> => runCli(['courses', ...commandLine], environment);
  const withStore = async <T>(work: (store: Store) => Promise<T>): Promise<T> => {
    const store = await openLibsqlStore({ directory: file('data'), clock: systemClock, random: systemRandom });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };
  const mappingOf = (courseKey: string) => withStore((store) => store.mappings.find(tenant.id, courseKey));

  before(async () => {
    kaltura = await startKalturaStandIn({ clock: systemClock, random: systemRandom });
    folder = mkdtempSync(join(tmpdir(), 'playcontext-courses-'));
    environment = cliEnvironment(file('data'), {
      PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_PARTNER_ID: String(kaltura.partnerId),
      PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_ADMIN_SECRET: kaltura.adminSecret,
      PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_ROOT_CATEGORY: kaltura.rootCategory,
      PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_SERVICE_URL: kaltura.url,
      PLAYCONTEXT_DANGEROUSLY_ALLOW_HTTP: 'true',
      PLAYCONTEXT_DANGEROUSLY_ALLOW_PRIVATE_ADDRESSES: 'true',
    });
    await withStore(async (store) => {
      const platform = await store.platforms.add(aPlatform(), ['1'], CLI);
      tenant = await store.deployments.assignTenant({
        platformId: platform.id,
        deploymentId: '1',
        hint: 'law',
        create: aTenant(),
      });
      const seenAtMs = systemClock.nowMs();
      const course = { tenantId: tenant.id, previousKeys: [], categoryNames: [], seenAtMs };
      await store.courses.noteSeen([
        { ...course, courseKey: '7', title: '=Biology, 101', label: 'BIO' },
        { ...course, courseKey: '8', title: 'Chemistry “101”' },
      ]);
    });
  });
  afterEach(endCommands);
  after(async () => {
    await kaltura.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('exports what an import takes unchanged', async () => {
    const { code, stdout } = await run('export', '--tenant', 'law');
    assert.equal(code, 0);
    assert.match(stdout, /^\uFEFFcourse_key,course_title,/);
    assert.match(stdout, /\r\n7,"'=Biology, 101",BIO,,,,,2/);
    writeFileSync(file('same.csv'), stdout);
    const again = await run('import', file('same.csv'), '--tenant', 'law', '--yes');
    assert.deepEqual([again.code, /(\d+) stay as they are/.exec(again.stdout)?.[1]], [0, '2'], again.stderr);
  });

  it('shows what a file would change, and changes nothing without --yes', async () => {
    const path = `${kaltura.rootCategory}>site>channels`;
    const id = kaltura.categories.find(path) ?? assert.fail();
    writeFileSync(file('map.csv'), `course_key;category_id;category\n7;${id};\n8;;${path}\n9;4000000000;\n;${id};\n`);
    const looked = await run('import', file('map.csv'), '--tenant', 'law', '--problems', file('problems.csv'));
    assert.equal(looked.code, 1);
    assert.match(looked.stdout, / 2 get a category/);
    assert.match(looked.stdout, / 2 have a problem/);
    assert.match(looked.stdout, /line 4.*"4000000000"/);
    assert.match(looked.stdout, /line 5, course_key: A value is missing/);
    assert.match(looked.stdout, /Nothing was changed/);
    assert.match(readFileSync(file('problems.csv'), 'utf8'), /^\uFEFFrow,column,value,problem\r\n4,/);
    assert.equal(await mappingOf('7'), undefined);

    const applied = await run('import', file('map.csv'), '--tenant', 'law', '--yes');
    assert.match(applied.stdout, /Changed 2 courses/);
    for (const key of ['7', '8']) {
      const { categoryId, categoryFullName, origin } = (await mappingOf(key)) ?? assert.fail(key);
      assert.deepEqual([categoryId, categoryFullName, origin], [String(id), path, 'manual']);
    }
    assert.equal(await mappingOf('9'), undefined);
  });

  it('takes a category away where the file says so', async () => {
    writeFileSync(file('remove.csv'), 'course_key,category_id\n8,-\n');
    assert.match((await run('import', file('remove.csv'), '--tenant', 'law', '--yes')).stdout, /Changed 1 courses/);
    assert.equal(await mappingOf('8'), undefined);
    assert.ok(await mappingOf('7'));
  });

  it('says in one sentence what is wrong with file or tenant', async () => {
    writeFileSync(file('odd.csv'), 'a,b\n1,2\n');
    for (const [parameters, words] of [
      [['import', file('none.csv'), '--tenant', 'law'], /INPUT_INVALID: cannot read/],
      [['import', file('odd.csv'), '--tenant', 'law'], /INPUT_INVALID: the first line must name the columns/],
      [['export', '--tenant', 'x'], /INPUT_INVALID: the tenants are law/],
    ] as const) {
      const { code, stderr, stdout } = await run(...parameters);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, words);
    }
  });
});
