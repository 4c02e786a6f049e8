import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describeRules } from '../../../../src/adapter-sdk/conformance/describe.js';
import { LOADS, RULES } from '../../../../src/adapter-sdk/conformance/rules/index.js';
import { ruleLink } from '../../../../src/adapter-sdk/conformance/wording.js';

describe('the page of the rules', () => {
  it('is what the rules say', () => {
    const page = readFileSync(new URL('../../../../docs/reference/adapter-rules.md', import.meta.url), 'utf8');
    assert.equal(page, describeRules(), 'run npm run docs');
  });

  it('has the heading that the link of each rule leads to', () => {
    for (const { id } of [LOADS, ...RULES]) {
      const [, anchor] = ruleLink(id).split('#');
      assert.ok(describeRules().includes(`\n### ${anchor}\n`), id);
    }
  });

  it('describes rules with ids of their own, a sentence and something to do', () => {
    const all = [LOADS, ...RULES];
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    for (const { id, title, whatToDo } of all) {
      assert.match(id, /^[a-z]+(?:-[a-z]+)*$/);
      assert.match(title, /^[A-Z].*[^.]$/, id);
      assert.match(whatToDo, /^.*\.$/s, id);
      assert.doesNotMatch(title + whatToDo, /!|\|/, id);
    }
  });
});
