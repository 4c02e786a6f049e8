/** Who may frame a page is said by platforms and, for an owner to decide about, by browsers: some of them lie. */
import assert from 'node:assert/strict';
import { originOf } from '../../src/platforms/origins.js';
import { platformFields } from '../../src/platforms/platform-fields.js';
import { claimName, startToolWorld, type ToolWorld } from '../support/tool-world.js';

/** Each is an origin to `new URL`. In a policy they are every host, many hosts, or the end of the directive. */
const PATTERNS = ['https://*', 'https://*.example.edu', 'https://a;script-src', 'https://a,b', "https://'none'"];

describe('an origin that is a pattern or ends a policy', () => {
  it('is none, while those of hosts, addresses and ports are', () => {
    for (const pattern of PATTERNS) assert.equal(originOf(`${pattern}/x`), undefined, pattern);
    for (const origin of ['https://lms.example.edu', 'http://lms_1.localhost:8443', 'https://[2001:db8::1]:8443']) {
      assert.equal(originOf(`${origin}/x?y`), origin);
    }
    assert.equal(originOf('https://bücher.example/x'), 'https://xn--bcher-kva.example');
  });

  it('is none that an owner may enter', () => {
    const { origin } = platformFields({ dangerouslyAllowHttp: false });
    for (const pattern of PATTERNS) assert.equal(origin.safeParse(pattern).success, false, pattern);
  });

  describe('over HTTP', () => {
    let world: ToolWorld;
    beforeEach(async () => void (world = await startToolWorld()));
    afterEach(() => world.close());

    it('is not kept of a browser’s report, which anybody can send', async () => {
      for (const pattern of PATTERNS) {
        const answer = await fetch(`${world.baseUrl}/frames/report/${world.platform.ref}`, {
          method: 'POST',
          headers: { 'content-type': 'application/csp-report' },
          body: JSON.stringify({
            'csp-report': { 'effective-directive': 'frame-ancestors', referrer: `${pattern}/`, 'blocked-uri': pattern },
          }),
        });
        assert.equal(answer.status, 204);
      }
      assert.deepEqual(await world.store.blockedFrames.list(), []);
    });

    it('opens no page to other sites when a launch names it, and the launch goes on', async () => {
      for (const pattern of PATTERNS) {
        const answer = await world.launch({ [claimName('tool_platform')]: { guid: 'lms-1', url: `${pattern}/` } });
        assert.equal(answer.status, 200, pattern);
        const policy = answer.headers.get('content-security-policy') ?? '';
        assert.match(policy, /frame-ancestors https:\/\/moodle\.example\.edu;/, pattern);
      }
    });
  });
});
