/** What must stand before a run: the peers, the product as it is shipped, and the tools as plain JavaScript. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const bench = new URL('../', import.meta.url);
const root = new URL('../', bench);

/** Where the tools' JavaScript stands: beside the peers, so that these are found. */
export const TOOLS = new URL('dist/tools/', bench);

export async function prepare({ build }: { build: boolean }): Promise<void> {
  if (!existsSync(new URL('node_modules/ltijs', bench))) run('npm', ['ci', '--no-audit', '--no-fund'], bench);
  if (build) run(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], root);
  transpileTools();
  await bundleLtiTool();
}

function run(command: string, args: string[], folder: URL): void {
  const { status } = spawnSync(command, args, { cwd: fileURLToPath(folder), stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}

/** A loader in the measured process would cost memory, and a child process, that no tool has in production. */
function transpileTools(): void {
  const sources = new URL('tools/', bench);
  mkdirSync(TOOLS, { recursive: true });
  for (const name of readdirSync(sources)) {
    const { outputText } = ts.transpileModule(readFileSync(new URL(name, sources), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true },
    });
    writeFileSync(new URL(name.replace(/\.ts$/, '.js'), TOOLS), outputText);
  }
}

/** The part of esbuild that is used here; it belongs to the bench's own packages. */
interface Bundler {
  build(options: object): Promise<unknown>;
}

/** @lti-tool/core 1.0.6 imports files without their extension and JSON without saying so, as only bundlers allow. */
async function bundleLtiTool(): Promise<void> {
  const name = 'esbuild';
  const { build } = (await import(name)) as Bundler;
  await build({
    entryPoints: [fileURLToPath(new URL('node_modules/@lti-tool/core/dist/index.js', bench))],
    outfile: fileURLToPath(new URL('lti-tool-core.js', TOOLS)),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
}
