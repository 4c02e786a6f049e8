/**
 * The frames of the MongoDB protocol and nothing of its meaning: a port of this host that hands each command, as the
 * driver sent it, to a function of the test and sends back what that answers.
 * https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import mongoose from 'mongoose';

const { BSON } = mongoose.mongo;

export type Command = Record<string, unknown>;
/** A document to answer with, `hang` for no answer at all, `hang-up` to close the connection. */
export type Answer = Command | 'hang' | 'hang-up';

const HEADER = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

const endOfText = (buffer: Buffer, from: number): number => buffer.indexOf(0, from);

const documentAt = (buffer: Buffer, at: number): [Command, number] => {
  const size = buffer.readInt32LE(at);
  return [BSON.deserialize(buffer.subarray(at, at + size)), at + size];
};

/** The first command of a connection comes in the form that the oldest servers understand. */
function readQuery(frame: Buffer): Command {
  const [command] = documentAt(frame, endOfText(frame, HEADER + 4) + 1 + 8);
  return command;
}

function readMessage(frame: Buffer): Command {
  const command: Command = {};
  for (let at = HEADER + 4; at < frame.length;) {
    const kind = frame[at];
    at += 1;
    if (kind === 0) {
      const [body, next] = documentAt(frame, at);
      Object.assign(command, body);
      at = next;
      continue;
    }
    const end = at + frame.readInt32LE(at);
    const nameEnd = endOfText(frame, at + 4);
    const documents: Command[] = [];
    for (let from = nameEnd + 1; from < end;) {
      const [document, next] = documentAt(frame, from);
      documents.push(document);
      from = next;
    }
    command[frame.toString('utf8', at + 4, nameEnd)] = documents;
    at = end;
  }
  return command;
}

function reply(frame: Buffer, answer: Command): Buffer {
  const requestId = frame.readInt32LE(4);
  const isQuery = frame.readInt32LE(12) === OP_QUERY;
  // OP_REPLY: flags, cursor (8), starting from, number returned. OP_MSG: flags, kind of the one section.
  const preamble = isQuery ? Buffer.alloc(20) : Buffer.alloc(5);
  if (isQuery) preamble.writeInt32LE(1, 16);
  const body = Buffer.from(BSON.serialize(answer, { ignoreUndefined: true }));
  const header = Buffer.alloc(HEADER);
  header.writeInt32LE(HEADER + preamble.length + body.length, 0);
  header.writeInt32LE(requestId, 8);
  header.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, preamble, body]);
}

export interface WireServer {
  uri: string;
  /** Closes all connections; new ones are refused until `listen`. */
  stop(): Promise<void>;
  listen(): Promise<void>;
}

/** Listens on a free port of this host. */
export async function startWireServer(answer: (command: Command) => Answer | Promise<Answer>): Promise<WireServer> {
  const sockets = new Set<Socket>();
  const serve = async (socket: Socket, frame: Buffer): Promise<void> => {
    const command = frame.readInt32LE(12) === OP_QUERY ? readQuery(frame) : readMessage(frame);
    const answered = await answer(command);
    if (answered === 'hang') return;
    if (answered === 'hang-up') socket.destroy();
    else if (!socket.destroyed) socket.write(reply(frame, answered));
  };
  const server = createServer((socket) => {
    let received = Buffer.alloc(0);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      while (received.length >= HEADER && received.length >= received.readInt32LE(0)) {
        const size = received.readInt32LE(0);
        const frame = received.subarray(0, size);
        received = received.subarray(size);
        void serve(socket, frame);
      }
    });
  });
  let port = 0;
  const listen = async (): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  await listen();
  return {
    uri: `mongodb://127.0.0.1:${port}/`,
    listen,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
