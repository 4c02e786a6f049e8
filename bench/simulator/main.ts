/** The process of the simulated platform: serves its key set, signs, and is every browser. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveParent } from '../processes/messages.js';
import { createLoad } from './load.js';
import { createSigner } from './signer.js';

const signer = createSigner();
const load = createLoad(signer);
const fetched = new Map<string, number>();

/** `/jwks/<tool>` or `/jwks/<tool>/<platform>`: the same keys, counted by tool. */
const server = createServer((request, response) => {
  const tool = /^\/jwks\/([^/]+)/.exec(request.url ?? '')?.[1];
  if (tool === undefined) {
    response.writeHead(404).end();
    return;
  }
  fetched.set(tool, (fetched.get(tool) ?? 0) + 1);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ keys: [signer.publicJwk] }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

const methods = {
  info: () => ({ url: `http://127.0.0.1:${port}`, publicJwk: signer.publicJwk }),
  aim: load.aim,
  run: load.run,
  launchTampered: load.launchTampered,
  /** How often that tool has fetched the key set. */
  keySetFetches: ({ name }: { name: string }) => fetched.get(name) ?? 0,
};
export type SimulatorMethods = typeof methods;

serveParent(methods);
