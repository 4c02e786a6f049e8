/** What is special about Example LMS. The rules of all adapters are checked by `playcontext adapter check .`. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as sdk from 'playcontext/adapter-sdk';
import { neutralLaunchOf, readFixtures } from 'playcontext/adapter-sdk/testing';
import createAdapter from './adapter.js';

const adapter = createAdapter(sdk);
const fixtures = readFixtures(new URL('fixtures/', import.meta.url));

describe('Example LMS', () => {
  it('sends the application under its own name', () => {
    assert.equal(neutralLaunchOf(adapter, fixtures['resource-link']).application, 'Example LMS');
  });

  it('is recognised by its product family', () => {
    const claims = sdk.parseClaims(fixtures['resource-link']);
    assert.equal(adapter.recognise({ issuer: claims.issuer, claims }), 1);
    assert.equal(adapter.recognise({ issuer: 'https://another-lms.example' }), 0);
  });
});
