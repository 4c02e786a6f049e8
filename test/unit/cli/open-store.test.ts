import assert from 'node:assert/strict';
import { openStore } from '../../../src/cli/context.js';
import { makeDirectory, removeDirectory } from '../../support/libsql-probe.js';
import { startScripted, TIMEOUT_MS } from '../store/mongo/scripted.js';

describe('the store that the configuration names', () => {
  it('is the embedded one', async () => {
    const directory = makeDirectory();
    const store = await openStore({ store: { kind: 'libsql', directory } });
    assert.equal(await store.changeNumber(), 0);
    await store.close();
    removeDirectory(directory);
  });

  it('is MongoDB, in the database that is named beside the address', async () => {
    const scripted = await startScripted();
    const { uri } = scripted.server;
    const store = await openStore({ store: { kind: 'mongo', uri, database: 'video', timeoutMs: TIMEOUT_MS } });
    scripted.forget();
    await store.ping();
    await store.close();
    await scripted.close();
    assert.deepEqual(
      scripted.sent.flatMap((command) => ('ping' in command ? [command['$db'], command['maxTimeMS']] : [])),
      ['video', TIMEOUT_MS],
    );
  });
});
