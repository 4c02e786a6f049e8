import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { startApi, type Api, type Reply } from './support.js';

// kaltura-client brings no types, and the product's own declarations belong to its gateway.
const kaltura: Reply = createRequire(import.meta.url)('kaltura-client');

interface Recorded {
  url: string;
  body: Record<string, Record<string, unknown>> & { ks: string };
}
const recorded = JSON.parse(readFileSync(new URL('../../fixtures/player-requests.json', import.meta.url), 'utf8')) as {
  requests: Record<string, Recorded[]>;
};

describe('kaltura-client and the recorded player against the stand-in', () => {
  let api: Api;
  let client: Reply;
  before(async () => {
    api = await startApi();
    const configuration = new kaltura.Configuration();
    configuration.serviceUrl = api.standIn.url;
    configuration.setLogger({ log() {}, debug() {}, error() {} });
    client = new kaltura.Client(configuration);
    client.setKs(await api.admin());
  });
  after(() => api.standIn.close());
  const services = kaltura.services;
  const objects = kaltura.objects;

  it('pings', async () => {
    assert.equal(await services.system.ping().execute(client), true);
  });

  it('adds a category, is refused the same one again, and finds it by its full name', async () => {
    const category = () => new objects.Category({ name: 'BIO-101', parentId: 86091, referenceId: 'course-7' });
    const added = await services.category.add(category()).execute(client);
    assert.deepEqual(
      [added.fullName, added.objectType, added.referenceId],
      ['Campus>BIO-101', 'KalturaCategory', 'course-7'],
    );
    await assert.rejects(services.category.add(category()).execute(client), (error: Reply) => {
      assert.deepEqual([error.code, error.args], ['DUPLICATE_CATEGORY', { CATEGORY: 'Campus>BIO-101' }]);
      return true;
    });
    const filter = new objects.CategoryFilter({ fullNameEqual: 'Campus>BIO-101' });
    const found = await services.category.listAction(filter).execute(client);
    assert.deepEqual([found.totalCount, found.objects[0].id], [1, added.id]);
    assert.equal(await services.category.deleteAction(added.id).execute(client), null);
  });

  it('reads an entry and where it is assigned', async () => {
    const entry = await services.baseEntry.get('1_celldiv1').execute(client);
    assert.deepEqual([entry.name, entry.duration], ['Cell division', 16]);
    const filter = new objects.CategoryEntryFilter({ entryIdEqual: '1_celldiv1' });
    const { objects: rows } = await services.categoryEntry.listAction(filter).execute(client);
    assert.deepEqual([rows[0].categoryId, rows[0].categoryFullIds], [86092, '86091>86092']);
  });

  it('gets an exception where it names nothing', async () => {
    await assert.rejects(services.baseEntry.get('1_unknown0').execute(client), { code: 'ENTRY_ID_NOT_FOUND' });
    await assert.rejects(services.categoryEntry.listAction().execute(client), {
      code: 'MUST_FILTER_ON_ENTRY_OR_CATEGORY',
    });
  });

  it('runs its multirequest, whose keys start at 0', async () => {
    const first = services.category.get(86092);
    const second = services.category.get('{1:result:parentId}');
    const [library, root] = await first.add(second).execute(client);
    assert.deepEqual([library.id, root.id], [86092, 86091]);
  });

  for (const [name, requests] of Object.entries(recorded.requests)) {
    const request = requests.find(({ url }) => url === '/api_v3/service/multirequest');
    if (!request) continue;
    it(`answers the multirequest of ${name} with entry, sources and metadata in order`, async () => {
      const ks = await api.ks({ privileges: 'sview:1_celldiv1,setrole:PLAYBACK_BASE_ROLE' });
      const text = JSON.stringify(request.body)
        .replaceAll('1_sandbox1', '1_celldiv1')
        .replaceAll(request.body.ks, ks)
        .replaceAll('"_1234"', `"_${api.standIn.partnerId}"`);
      const [entries, context, metadata] = await api.call('multirequest', JSON.parse(text) as object);
      assert.equal(entries.objects[0].name, 'Cell division');
      assert.equal(Object.hasOwn(entries.objects[0], 'partnerId'), false, 'the response profile names no partnerId');
      assert.equal(context.sources[0].format, 'url');
      assert.deepEqual(
        context.playbackCaptions.map(({ languageCode }: Reply) => languageCode),
        ['en', 'es'],
      );
      assert.deepEqual(metadata, { objects: [], totalCount: 0, objectType: 'KalturaMetadataListResponse' });
    });
  }

  it('lets the player begin without a KS: a widget session, and no sources for a protected video', async () => {
    const ks = '{1:result:ks}';
    const entryId = '{2:result:objects:0:id}';
    const [widget, entries, context] = await api.call('multirequest', {
      1: { service: 'session', action: 'startWidgetSession', widgetId: `_${api.standIn.partnerId}` },
      2: { service: 'baseEntry', action: 'list', ks, filter: { redirectFromEntryId: '1_celldiv1' } },
      3: { service: 'baseEntry', action: 'getPlaybackContext', ks, entryId },
    });
    assert.equal(widget.objectType, 'KalturaStartWidgetSessionResponse');
    assert.equal(entries.totalCount, 1);
    assert.deepEqual(context.sources, []);
  });

  it('puts an exception in the place of the item that failed', async () => {
    const [first, second] = await api.call('multirequest', {
      1: { service: 'baseEntry', action: 'get', entryId: '1_unknown0' },
      2: { service: 'system', action: 'ping' },
      ks: await api.admin(),
    });
    assert.deepEqual([first.code, second], ['ENTRY_ID_NOT_FOUND', true]);
  });
});
