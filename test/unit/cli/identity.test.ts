import assert from 'node:assert/strict';
import { builtInAdapters } from '../../../adapters/index.js';
import { createAdapterRegistry } from '../../../src/adapter-sdk/registry.js';
import type { ViewerCandidates } from '../../../src/adapter-sdk/types.js';
import { matchRoster } from '../../../src/cli/identity-match.js';
import { previewLaunch, previewRecorded } from '../../../src/cli/identity-preview.js';
import { aliasCommand, ruleCommand } from '../../../src/cli/identity-rule.js';
import type { IdentityTools } from '../../../src/cli/identity-tools.js';
import { LAUNCH_RECORD_SEAL } from '../../../src/launch/pipeline.js';
import type { LaunchId, ViewerId } from '../../../src/runtime/ids.js';
import type { LaunchRecord, TenantRecord } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';
import { otherTenant, PSEUDONYM_KEY, tenantWith } from '../../support/identity.js';
import { testAccount } from '../../support/kaltura-account.js';
import { testKeyring, testPlatform } from '../../support/lti-world.js';
import { createMemoryTenants, createMemoryViewers } from '../../support/memory-viewers.js';

const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim';
const PAYLOAD = {
  iss: 'https://moodle.example.edu',
  aud: 'client-1',
  sub: '42',
  email: 'ada@example.edu',
  [`${CLAIM}/version`]: '1.3.0',
  [`${CLAIM}/message_type`]: 'LtiResourceLinkRequest',
  [`${CLAIM}/deployment_id`]: '7',
  [`${CLAIM}/custom`]: { username: 'ada\u202Ex' },
};

function setUp(tenant: TenantRecord = tenantWith(), { personal = true } = {}) {
  const viewers = createMemoryViewers();
  const tenants = createMemoryTenants([tenant, otherTenant()]);
  const keyring = testKeyring();
  const platform = testPlatform();
  const records: LaunchRecord[] = [];
  const lines: string[] = [];
  const waits: number[] = [];
  const deployment = { platformId: platform.id, deploymentId: '7', tenantId: tenant.id };
  const tools = {
    store: {
      viewers,
      tenants,
      platforms: {
        list: async () => [platform],
        findByIssuer: async (issuer: string, clientId?: string) =>
          issuer === platform.issuer && clientId === platform.clientId ? [platform] : [],
      },
      deployments: {
        find: async (_platformId: string, deploymentId: string) =>
          deploymentId === deployment.deploymentId ? deployment : undefined,
        listByPlatform: async () => [deployment],
      },
      launches: {
        list: async ({ limit, before }: { limit: number; before?: LaunchId }) =>
          records.filter(({ launchId }) => before === undefined || launchId < before).slice(0, limit),
      },
    },
    registry: createAdapterRegistry(builtInAdapters),
    kaltura: {
      account: () => testAccount(),
      existingViewerIds: async (_account: unknown, ids: readonly string[]) =>
        new Set(ids.filter((id) => ['ada', 'ben'].includes(id))),
    },
    keyring,
    pseudonymKey: PSEUDONYM_KEY,
    clock: { nowMs: () => 5 },
    delay: async (ms: number) => void waits.push(ms),
    print: (line: string) => void lines.push(line),
    personal,
  } as unknown as IdentityTools;
  /** Newest first, as the store lists them. */
  const record = (candidates: ViewerCandidates, seal = keyring): void => {
    records.unshift({
      launchId: `01900000-0000-7000-8000-${String(records.length).padStart(12, '0')}` as LaunchId,
      tenantId: tenant.id,
      sealedPersonal: seal.seal(LAUNCH_RECORD_SEAL, { adapterId: 'moodle', viewer: { candidates }, roles: [] }),
    } as LaunchRecord);
  };
  return { tools, viewers, tenants, record, tenant, waits, output: () => lines.join('\n') };
}

describe('identity preview of a pasted launch', () => {
  it('shows every candidate and the ids by the present rule and the one to try, and says that it verified nothing', async () => {
    const { tools, output } = setUp();
    await previewLaunch(tools, JSON.stringify(PAYLOAD), { rule: '{email:stripDomain}', kaf: [] });
    assert.match(output(), /^NOT VERIFIED/);
    assert.match(output(), /Adapter {2}moodle\nTenant {3}law \(Law School\)/);
    assert.match(output(), /sub +42\nusername +ada x\nemail +ada@example\.edu\nsourcedId +\(not sent\)/);
    assert.match(output(), /default \(now\) +law_42\n\{email:stripDomain\} \(tried\) +ada$/);
  });

  it('reads a token without looking at its signature', async () => {
    const { tools, output } = setUp();
    const token = ['e30', Buffer.from(JSON.stringify(PAYLOAD)).toString('base64url'), 'x'].join('.');
    await previewLaunch(tools, `${token}\n`, { kaf: [] });
    assert.match(output(), /law_42/);
  });

  it('takes KAF’s settings for a rule', async () => {
    const { tools, output } = setUp();
    await previewLaunch(tools, JSON.stringify(PAYLOAD), { kaf: ['lti13UserIdClaim=email'] });
    assert.match(output(), /\{email\} \(tried\) +ada@example\.edu/);
  });

  it('tells the pin instead of the rule, and a launch without a sub', async () => {
    const { tools, viewers, tenant, output } = setUp(tenantWith({ rule: 'default' }));
    await viewers.pinIfAbsent({ tenantId: tenant.id, subject: '42', viewerId: 'old' as ViewerId, atMs: 1 });
    await previewLaunch(tools, JSON.stringify(PAYLOAD), { kaf: [] });
    assert.match(output(), /default \(now\) +old \(pin\)/);
    await previewLaunch(tools, JSON.stringify({ ...PAYLOAD, sub: undefined }), { kaf: [] });
    assert.match(output(), /VIEWER_ID_MISSING/);
  });

  it('works for a platform that nobody has registered yet', async () => {
    const { tools, output } = setUp();
    await previewLaunch(tools, JSON.stringify({ ...PAYLOAD, iss: 'https://other.example' }), {
      kaf: [],
      adapter: 'canvas',
    });
    assert.match(output(), /Tenant {3}none yet; shown as if it were canvas/);
    assert.match(output(), /canvas_42/);
  });

  it('hides personal values where the output is no terminal', async () => {
    const { tools, output } = setUp(tenantWith(), { personal: false });
    await previewLaunch(tools, JSON.stringify(PAYLOAD), { rule: '{email}', kaf: [] });
    assert.doesNotMatch(output(), /ada|law_42/);
    assert.match(output(), /email +\(hidden\)/);
  });

  for (const text of ['', 'hello', '{', 'a.b', 'e30.e30x.x']) {
    it(`says what to paste instead of ${JSON.stringify(text)}`, async () => {
      const { tools } = setUp();
      await assertCode('INPUT_INVALID', () => previewLaunch(tools, text, { kaf: [] }));
    });
  }
});

describe('identity preview of recorded launches', () => {
  it('counts each viewer once, by their last launch', async () => {
    const { tools, record, output } = setUp();
    record({ sub: '1', username: 'old name' });
    record({ sub: '1', username: 'ada' });
    record({ sub: '2', username: 'b b' });
    record({});
    await previewRecorded(tools, { rule: '{username}', kaf: [], tenant: 'law' });
    assert.match(output(), /2 viewers in the recorded launches, and 1 launch without a sub/);
    assert.match(output(), / 1 would get another userId\n +1 would get none/);
    assert.match(output(), /1 × username in \{username\} holds a character/);
    assert.match(output(), /1 +ada +law_1 +ada\n/);
  });

  it('prints counts alone where the output is no terminal', async () => {
    const { tools, record, output } = setUp(tenantWith(), { personal: false });
    record({ sub: '1', username: 'ada' });
    await previewRecorded(tools, { rule: '{username}', kaf: [] });
    assert.match(output(), / 1 would get another userId/);
    assert.doesNotMatch(output(), /ada/);
  });

  it('says how many records another secret has sealed', async () => {
    const { tools, record, output } = setUp();
    record({ sub: '1' }, testKeyring('another secret that is long enough to be one'));
    await previewRecorded(tools, { kaf: [] });
    assert.match(output(), /^1 record could not be opened/);
  });

  it('names the tenants when there is none of that namespace', async () => {
    const error = await assertCode('INPUT_INVALID', () => previewRecorded(setUp().tools, { kaf: [], tenant: 'lax' }));
    assert.match(error.reason ?? '', /law, arts/);
  });
});

describe('identity match', () => {
  const roster = 'username,email\nAda,ada@example.edu\nben,ben@example.edu\n';

  it('counts, rule by rule, and says how to keep most people’s history', async () => {
    const { tools, output } = setUp(tenantWith(), { personal: false });
    await matchRoster(tools, roster, { tenant: 'law', kaf: [] });
    assert.match(output(), /^2 people in the roster; columns username, email/);
    assert.match(output(), /\{email:stripDomain\} +2 +2 +0\n/);
    assert.match(
      output(),
      /fits best: 2 of 2 .*\n {2}playcontext identity rule law --set '\{username:lower\}' --share-ids/,
    );
    assert.doesNotMatch(output(), /Ada|ben/);
  });

  it('names examples when asked', async () => {
    const { tools, output } = setUp();
    await matchRoster(tools, roster, { tenant: 'law', kaf: [], rule: '{namespace}-{username}' });
    assert.match(output(), /ada, ben/);
    assert.match(output(), /\{namespace\}-\{username\} +2 +0 +0/);
  });
});

describe('identity rule', () => {
  const RULE = '{namespace}-{username}';

  it('shows what there is', async () => {
    const { tools, output } = setUp(tenantWith({ rule: RULE, withoutSub: 'guest' }));
    await ruleCommand(tools, 'law', { kaf: [] });
    assert.match(output(), /Rule +\{namespace\}-\{username\}\nWithout sub +plays as a viewer of one launch/);
  });

  it('stores nothing before somebody has seen the effects and said yes', async () => {
    const { tools, tenants, tenant, record, output } = setUp();
    record({ sub: '1', username: 'ada' });
    await ruleCommand(tools, 'law', { kaf: [], set: RULE });
    assert.match(output(), / 1 would get another userId[^]*Nothing was changed/);
    assert.equal((await tenants.find(tenant.id))?.identityRule, undefined);
    await ruleCommand(tools, 'law', { kaf: [], set: RULE, yes: true });
    assert.deepEqual((await tenants.find(tenant.id))?.identityRule, {
      rule: RULE,
      withoutSub: 'refuse',
      sharedIds: false,
    });
  });

  it('gives ids without a namespace only to an owner who says so, KAF’s too', async () => {
    const { tools, tenants, tenant } = setUp();
    await assertCode('INPUT_INVALID', () => ruleCommand(tools, 'law', { kaf: [], set: '{username}', yes: true }));
    const kaf = ['ltiUserIdAttribute=user_id'];
    await assertCode('INPUT_INVALID', () => ruleCommand(tools, 'law', { kaf, yes: true }));
    await ruleCommand(tools, 'law', { kaf, shareIds: true, yes: true });
    const stored = (await tenants.find(tenant.id))?.identityRule;
    assert.deepEqual(stored, { rule: '{username}', withoutSub: 'refuse', sharedIds: true });
  });

  it('changes what happens without a sub and leaves the rule', async () => {
    const { tools, tenants, tenant } = setUp(tenantWith({ rule: '{username}', sharedIds: true }));
    await ruleCommand(tools, 'law', { kaf: [], guests: 'guest', yes: true });
    const stored = (await tenants.find(tenant.id))?.identityRule;
    assert.deepEqual(stored, { rule: '{username}', withoutSub: 'guest', sharedIds: true });
  });

  it('forgets pins only after every process has the new rule', async () => {
    const { tools, viewers, tenant, waits, output } = setUp(tenantWith({ rule: RULE }));
    await viewers.pinIfAbsent({ tenantId: tenant.id, subject: '1', viewerId: 'law-a' as ViewerId, atMs: 1 });
    await ruleCommand(tools, 'law', { kaf: [], reset: true, forgetPins: true, yes: true });
    assert.deepEqual([waits, viewers.all()], [[5_000], []]);
    assert.match(output(), /1 pin would be forgotten[^]*1 pin forgotten/);
  });

  it('repairs a stored rule that cannot be read', async () => {
    const { tools, tenants, tenant, output } = setUp(tenantWith({ rule: '{nobody}' }));
    await ruleCommand(tools, 'law', { kaf: [], reset: true, yes: true });
    assert.match(output(), /cannot be read, and its launches fail/);
    assert.equal(((await tenants.find(tenant.id))?.identityRule as { rule: string }).rule, 'default');
  });
});

describe('identity alias', () => {
  const viewer = { namespace: 'law', subject: '42' };

  it('says who one viewer is, shows it, and leaves it to the rule again', async () => {
    const { tools, viewers, output } = setUp();
    await aliasCommand(tools, viewer, { set: 'Ada.Byron' });
    await aliasCommand(tools, viewer, {});
    assert.match(output(), /alias {2}Ada\.Byron$/);
    await aliasCommand(tools, viewer, { remove: true });
    assert.deepEqual(viewers.all(), []);
  });
});
