/** Sessions that somebody ends while their owner is at work: none of them may go on under another token. */
import assert from 'node:assert/strict';
import { createAdminSessions, TOKEN_LIFE_MS, type FoundSession } from '../../src/admin/sessions.js';
import { tokenHash } from '../../src/admin/secret-token.js';
import { systemClock } from '../../src/runtime/clock.js';
import { systemRandom } from '../../src/runtime/random.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import { personAdminId } from '../../src/store/person-admin-id.js';
import type { AdminStore, Store } from '../../src/store/ports.js';
import { startInspectorWorld, type Admin, type InspectorWorld } from '../support/inspector-world.js';
import { testClock } from '../support/kaltura-account.js';
import { ADMIN } from '../support/store-fixtures.js';
import { DEPLOYMENT_ID } from '../support/tool-world.js';
import { testKeyring } from '../unit/admin/test-screen.js';

type SessionStore = Pick<AdminStore, 'addSession' | 'findSession' | 'touchSession' | 'removeSession' | 'listSessions'>;

describe('a session that is ended while its token is renewed', () => {
  const clock = testClock();
  let store: Store;
  beforeEach(async () => void (store = await openLibsqlStore({ directory: ':memory:', clock, random: systemRandom })));
  afterEach(() => store.close());

  const sessionsWith = (changes: Partial<SessionStore>) =>
    createAdminSessions({
      admins: { ...store.admins, ...changes },
      isWelcome: () => Promise.resolve(true),
      keyring: testKeyring,
      clock,
      random: systemRandom,
    });

  /** Ends the sign-in while the command of that name is under way, before or after it reaches the store. */
  async function race(
    command: 'addSession' | 'touchSession',
    when: 'before' | 'after',
  ): Promise<{ found: FoundSession | undefined; living: number }> {
    const calm = sessionsWith({});
    const { session, cookie } = await calm.start({ name: 'Ada Byron', role: 'owner' });
    clock.now += TOKEN_LIFE_MS;
    await store.admins.touchSession(session.tokenHash, session.expiresAtMs, session.createdAtMs);
    const intercepted = async (...parameters: never[]): Promise<unknown> => {
      if (when === 'before') await calm.end(session);
      const answer = await (store.admins[command] as (...all: never[]) => Promise<unknown>)(...parameters);
      if (when === 'after') await calm.end(session);
      return answer;
    };
    const token = /=([\w-]{43});/.exec(cookie)?.[1] ?? '';
    const found = await sessionsWith({ [command]: intercepted }).find({ cookies: new Map([['__Host-pca', token]]) });
    return { found, living: (await store.admins.listSessions(clock.now)).length };
  }

  for (const command of ['addSession', 'touchSession'] as const) {
    for (const when of ['before', 'after'] as const) {
      it(`is over when that happens ${when} ${command}`, async () => {
        assert.equal((await race(command, when)).living, 0);
      });
    }
  }

  it('is over when its new token appears between the look at all tokens and their removal', async () => {
    const calm = sessionsWith({});
    const { session } = await calm.start({ name: 'Ada Byron', role: 'owner' });
    let renewed = false;
    const ending = sessionsWith({
      async listSessions(nowMs) {
        const living = await store.admins.listSessions(nowMs);
        if (!renewed) await store.admins.addSession({ ...session, tokenHash: tokenHash('the next one') }, nowMs);
        renewed = true;
        return living;
      },
    });
    assert.equal(await ending.end(session), true);
    assert.deepEqual(await store.admins.listSessions(clock.now), []);
  });
});

describe('a session of a person of an LMS', () => {
  let world: InspectorWorld;
  beforeEach(async () => void (world = await startInspectorWorld({ settings: { adminSignIn: true } })));
  afterEach(() => world.close());

  const person = () => ({ platformId: world.platform.id, deploymentId: DEPLOYMENT_ID, subject: 'a:b' });
  /** As one that was begun at the very moment in which an owner decided otherwise. */
  const editorSession = async (): Promise<Admin> => {
    const { platformId, deploymentId } = person();
    const nowMs = systemClock.nowMs();
    const token = systemRandom.bytes(32).toString('base64url');
    await world.store.admins.addSession(
      {
        tokenHash: tokenHash(token),
        adminId: personAdminId(person()),
        name: 'Ada Byron',
        role: 'editor',
        deployment: { platformId, deploymentId },
        createdAtMs: nowMs,
        idleExpiresAtMs: nowMs + 600_000,
        expiresAtMs: nowMs + 600_000,
      },
      nowMs,
    );
    return world.adminWith(`__Host-pca=${token}`);
  };
  const decide = async (role: 'viewer' | 'editor'): Promise<void> => {
    await world.store.adminPersons.ask({ ...person(), askedAtMs: 1 }, { cap: 5 });
    await world.store.adminPersons.approve({ ...person(), role }, ADMIN, 2);
  };

  it('opens the screens while the approval that it came from stands', async () => {
    await decide('editor');
    assert.equal((await (await editorSession()).get('/admin/launches')).status, 200);
  });

  it('opens nothing when nobody approves the person any more', async () => {
    assert.equal((await (await editorSession()).get('/admin/launches')).status, 303);
    await world.store.adminPersons.ask({ ...person(), askedAtMs: 1 }, { cap: 5 });
    assert.equal((await (await editorSession()).get('/admin/launches')).status, 303);
  });

  it('does not keep the role of an approval that was lowered', async () => {
    await decide('viewer');
    const editor = await editorSession();
    assert.equal((await editor.get('/admin/launches')).status, 303);
    assert.equal((await editor.post('/admin/courses/repair', { tenantId: 'x' })).status, 403);
  });
});
