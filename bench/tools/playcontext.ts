/** The product as it is shipped: `playcontext <arguments>` from the build. In a clone its own bin would run the source. */
const PROGRAM = new URL('../../../dist/src/cli/program.js', import.meta.url).href;
const { run } = (await import(PROGRAM)) as { run(): Promise<void> };
await run();
