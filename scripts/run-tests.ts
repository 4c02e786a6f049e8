/** `npm test` runs every suite; `npm run test:<suite>` runs one. Arguments: names of suites. */
import { fileURLToPath } from 'node:url';
import { allSuites, runSuites } from './run-suites.js';

const names = process.argv.slice(2);
const unknown = names.filter((name) => !allSuites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`No such suite: ${unknown.join(', ')}. Suites: ${allSuites.map((suite) => suite.name).join(', ')}.`);
  process.exit(2);
}

const { failed } = await runSuites({
  root: fileURLToPath(new URL('..', import.meta.url)),
  suites: allSuites.filter((suite) => names.length === 0 || names.includes(suite.name)),
  print: (line) => {
    console.log(line);
  },
  output: 'inherit',
});
process.exitCode = failed > 0 ? 1 : 0;
