/** Writes the reference pages that are made from the code. A test fails while a page differs from its source. */
import { writeFileSync } from 'node:fs';
import { describeRules } from '../src/adapter-sdk/conformance/describe.js';
import { describeConfig } from '../src/config/describe.js';
import { describeErrors } from '../src/errors/describe.js';

const pages = { 'adapter-rules': describeRules, config: describeConfig, errors: describeErrors };
for (const [name, describe] of Object.entries(pages)) {
  writeFileSync(new URL(`../docs/reference/${name}.md`, import.meta.url), describe());
}
