import { parseArgs } from 'node:util';

export const SCENARIOS = ['compare', 'flat', 'hot-path', 'start', 'memory', 'queries'] as const;
export type Scenario = (typeof SCENARIOS)[number] | 'profile';

export interface Options {
  form: 'short' | 'full' | 'smoke';
  json: boolean;
  help: boolean;
  build: boolean;
  scenarios: ReadonlySet<Scenario>;
}

export const USAGE = `npm run bench -- [options]

  --full       more rounds, 1,000,000 mappings and 100,000 launches of memory (half an hour)
  --smoke      a few launches of everything, to see that it runs; no figure means anything and no target is judged
  --profile    only our own CPU profile, by step and by function
  --only <a,b> only these: ${SCENARIOS.join(', ')}
  --no-build   measure the build that is there
  --json       the run as JSON on standard output
  --help       this
`;

/** Throws TypeError with a sentence for people. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      full: { type: 'boolean' },
      smoke: { type: 'boolean' },
      profile: { type: 'boolean' },
      only: { type: 'string' },
      build: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.full && values.smoke) throw new TypeError('Choose --full or --smoke.');
  return {
    form: values.full ? 'full' : values.smoke ? 'smoke' : 'short',
    json: values.json ?? false,
    help: values.help ?? false,
    build: values.build ?? true,
    scenarios: new Set(values.profile ? ['profile'] : readScenarios(values.only)),
  };
}

function readScenarios(only: string | undefined): Scenario[] {
  if (only === undefined) return [...SCENARIOS];
  return only.split(',').map((name) => {
    const scenario = SCENARIOS.find((each) => each === name);
    if (!scenario) throw new TypeError(`There is no ${name}; there are ${SCENARIOS.join(', ')}.`);
    return scenario;
  });
}
