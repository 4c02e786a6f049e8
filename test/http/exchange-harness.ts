import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { createExchange, type Exchange, type ExchangeDependencies } from '../../src/http/exchange.js';
import { createLog } from '../../src/http/log.js';
import { systemClock } from '../../src/runtime/clock.js';
import { systemRandom } from '../../src/runtime/random.js';
import type { RequestObservation } from '../../src/http/metrics.js';
import type { RequestFacts, Route } from '../../src/http/types.js';

export interface Harness {
  exchange: Exchange;
  lines(): Record<string, unknown>[];
  observations: RequestObservation[];
}

/** An exchange whose log lines and observations can be read. */
export function createHarness(overrides: Partial<ExchangeDependencies> = {}): Harness {
  const lines: Record<string, unknown>[] = [];
  const observations: RequestObservation[] = [];
  const log = createLog({
    level: 'info',
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const exchange = createExchange({
    publicUrl: new URL('https://tool.example.edu'),
    trustedProxies: [],
    renderError: ({ code, status }, { requestId }) => ({
      status,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: `<p>${code} ${requestId}</p>`,
    }),
    log,
    metrics: { observeRequest: (observation) => void observations.push(observation) },
    clock: systemClock,
    random: systemRandom,
    ...overrides,
  });
  return { exchange, lines: () => lines, observations };
}

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface RunningServer {
  port: number;
  send(options?: {
    method?: string;
    path?: string;
    headers?: Record<string, string | string[]>;
    body?: string | Buffer;
  }): Promise<Answer>;
  /** Writes bytes as they are and resolves with everything that comes back. */
  raw(bytes: string | Buffer): Promise<string>;
}

/** Runs `work` against a server on a free loopback port. */
export async function withServer(
  listener: (request: IncomingMessage, response: ServerResponse) => unknown,
  work: (server: RunningServer) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await work({
      port,
      send: ({ method = 'GET', path = '/', headers = {}, body } = {}) =>
        new Promise((resolve, reject) => {
          const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
          const sent = httpRequest(
            { host: '127.0.0.1', port, method, path, headers: { ...length, ...headers }, agent: false },
            (response) => {
              const chunks: Buffer[] = [];
              response.on('data', (chunk: Buffer) => void chunks.push(chunk));
              response.on('end', () =>
                resolve({
                  status: response.statusCode ?? 0,
                  headers: response.headers,
                  body: Buffer.concat(chunks).toString(),
                }),
              );
            },
          );
          sent.on('error', reject);
          sent.end(body);
        }),
      raw: (bytes) =>
        new Promise((resolve) => {
          let answer = '';
          const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
          socket.on('data', (chunk) => void (answer += chunk.toString('latin1')));
          socket.on('close', () => resolve(answer));
          socket.on('error', () => undefined);
        }),
    });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

export const route = (handler: Route['handler'], overrides: Partial<Route> = {}): Route => ({
  method: 'GET',
  path: '/x',
  template: '/x',
  handler,
  ...overrides,
});

/** A route that answers with what it was told, as JSON. */
export const echo = (overrides: Partial<Route> = {}): Route =>
  route(
    (facts) => ({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(asData(facts)) }),
    { method: 'POST', ...overrides },
  );

const asData = ({ query, form, cookies, ...facts }: RequestFacts): object => ({
  ...facts,
  query: query.entries(),
  form: form?.entries(),
  cookies: Object.fromEntries(cookies),
});

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
export const JSON_TYPE = { 'content-type': 'application/json' };
