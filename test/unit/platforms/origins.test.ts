import assert from 'node:assert/strict';
import { frameOrigins, originOf } from '../../../src/platforms/origins.js';
import { testPlatform } from '../../support/lti-world.js';

describe('the origins that may frame a platform’s pages', () => {
  it('are those of issuer, authorisation, launch and settings, each once', () => {
    const platform = testPlatform({
      issuer: 'https://canvas.instructure.com',
      authorizationUrl: 'https://sso.canvaslms.com/api/lti/authorize_redirect',
      settings: { ...testPlatform().settings, frameOrigins: ['https://portal.example.edu'] },
    });
    const returnUrl = new URL('https://school.instructure.com/courses/1');
    const claims = { toolPlatform: { url: 'https://school.instructure.com/' } };
    assert.deepEqual(frameOrigins(platform, claims as never, returnUrl), [
      'https://canvas.instructure.com',
      'https://sso.canvaslms.com',
      'https://school.instructure.com',
      'https://portal.example.edu',
    ]);
  });

  it('never hold what could end a directive or open the page to everybody', () => {
    for (const hostile of [
      "'none'; script-src *",
      '*',
      'https:',
      'javascript:alert(1)',
      'data:text/html,x',
      'urn:uuid:1',
    ]) {
      assert.deepEqual(frameOrigins(testPlatform({ issuer: hostile })), ['https://moodle.example.edu']);
    }
    assert.equal(originOf('https://a.example/;script-src *'), 'https://a.example');
  });
});
