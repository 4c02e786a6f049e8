/** Prints docs/reference/config.md from the schema. */
import { settings, type Setting } from './settings.js';

const INTRODUCTION = `# Configuration

<!-- Printed from src/config/schema.ts. Do not edit: change the schema and print it again. -->

Later wins: defaults, then the YAML file (\`--config\` or \`PLAYCONTEXT_CONFIG\`), then the environment. An unknown key
or variable is an error that names it. All problems are reported at once, before anything listens.

- Lists in a variable are separated by commas.
- In a variable, \`<NAME>\` is the account's name in capitals, with \`_\` for \`-\`: \`MAIN\` is the account \`main\`. A
  variable may name an account that the file does not have.
- A secret can come from a file: add \`_FILE\` to its variable and give the path. One line break at the end is dropped.
- \`production\` refuses addresses that are not https, Kaltura addresses on this host itself, and weak secrets. The
  options that start with \`dangerously\` allow the first two, with a warning at each start.

| Key | Variable | Type | Default | Meaning |
| --- | --- | --- | --- | --- |
`;

export const describeConfig = (): string => INTRODUCTION + settings.map(row).join('');

function row(setting: Setting): string {
  const key = setting.path.map((part) => (part === '*' ? '<name>' : part)).join('.');
  const variable = setting.variable.replace('*', '<NAME>') + (setting.secret ? '`, `…_FILE' : '');
  return `| \`${key}\` | \`${variable}\` | ${typeOf(setting)} | ${defaultOf(setting)} | ${setting.description} |\n`;
}

function typeOf({ kind, choices, secret }: Setting): string {
  if (choices) return choices.map((choice) => `\`${choice}\``).join(', ');
  return secret ? 'secret' : kind;
}

function defaultOf({ default: value, required }: Setting): string {
  if (required) return '**required**';
  if (value === undefined) return 'not set';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((item) => `\`${String(item)}\``).join(', ');
  return `\`${JSON.stringify(value).replaceAll('"', '')}\``;
}
