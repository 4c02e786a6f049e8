import type { Store } from '../../src/store/ports.js';

/** Everything that is stored, as text, to look for what should not be in it. */
export async function contentOf({ transfer }: Pick<Store, 'transfer'>): Promise<string> {
  const batches: unknown[] = [];
  for await (const batch of transfer.read()) batches.push(batch);
  return JSON.stringify(batches);
}
