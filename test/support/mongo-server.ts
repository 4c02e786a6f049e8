/** The MongoDB that the contract suite runs on: one that somebody names, or one that the test starts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';

export type MongoClient = mongoose.mongo.MongoClient;
const { MongoClient } = mongoose.mongo;

export interface MongoServer {
  uri: string;
  stop(): Promise<void>;
}

export interface ServerChoice {
  /** For the title of the suite. */
  name: string;
  start(): Promise<MongoServer>;
}

const START_LIMIT_MS = 60_000;
const SELECTION_MS = 2_000;

/** How a MongoDB can be had, in the way that this machine offers; none when it offers none. */
export function mongoServers(env: NodeJS.ProcessEnv): ServerChoice[] {
  const named = env['TEST_MONGO_URL'];
  if (named !== undefined && named !== '') {
    return [{ name: 'mongo', start: async () => ({ uri: named, stop: async () => undefined }) }];
  }
  const program = (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'mongod'))
    .find((path) => existsSync(path));
  if (program === undefined) return [];
  return [
    { name: 'mongo, a replica set', start: () => startServer(program, 'rs') },
    { name: 'mongo, a server without transactions', start: () => startServer(program, undefined) },
  ];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function startServer(program: string, replicaSet: string | undefined): Promise<MongoServer> {
  const folder = mkdtempSync(join(tmpdir(), 'playcontext-mongod-'));
  const port = await freePort();
  const parameters = ['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--quiet'];
  if (replicaSet !== undefined) parameters.push('--replSet', replicaSet);
  const child = spawn(program, parameters, { stdio: 'ignore' });
  const gone = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  const host = `127.0.0.1:${port}`;
  try {
    await makeReady(`mongodb://${host}/?directConnection=true`, host, replicaSet);
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return { uri: replicaSet === undefined ? `mongodb://${host}/` : `mongodb://${host}/?replicaSet=${replicaSet}`, stop };
}

/** Waits until the server answers and, of a replica set, until it is the primary. */
async function makeReady(uri: string, host: string, replicaSet: string | undefined): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += 250) {
    const client = new MongoClient(uri, { serverSelectionTimeoutMS: SELECTION_MS });
    try {
      const admin = (await client.connect()).db('admin');
      const { isWritablePrimary } = await admin.command({ hello: 1 });
      if (isWritablePrimary === true) return;
      if (replicaSet !== undefined) {
        const config = { _id: replicaSet, members: [{ _id: 0, host }] };
        await admin.command({ replSetInitiate: config }).catch(() => undefined);
      }
    } catch (thrown) {
      if (waitedMs >= START_LIMIT_MS) throw thrown;
    } finally {
      await client.close();
    }
    if (waitedMs >= START_LIMIT_MS) throw new Error('mongod did not become ready');
    await delay(250);
  }
}

/** A connection behind the store's back. */
export const connectRaw = (uri: string): Promise<MongoClient> =>
  new MongoClient(uri, { readPreference: 'primary', writeConcern: { w: 'majority' } }).connect();
