/** Loads one package, or none, and stays: what it adds to a process's memory. */
const { name } = JSON.parse(process.argv[2] ?? '{}') as { name?: string };
if (name !== undefined) await import(name);
// What only loading needed is gone before anybody looks.
globalThis.gc?.();
setInterval(() => undefined, 60_000);
process.on('disconnect', () => process.exit());
process.send?.('ready');

export {};
