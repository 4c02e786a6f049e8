import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../errors/app-error.js';

/** How long requests under way may take once the server stops. */
const DRAIN_MS = 10_000;

/** Resolves with `host:port` once the server listens; port 0 takes a free one. CONFIG_INVALID when it can't. */
export async function listen(server: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new AppError('CONFIG_INVALID', { reason: `cannot listen on ${host}:${port} (${error.code ?? error.message})` }),
      );
    });
    server.listen(port, host, resolve);
  });
  const { address, port: actual } = server.address() as AddressInfo;
  return `${address}:${actual}`;
}

/** Stops accepting, lets requests under way finish within the limit, then ends what is left. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
  await closed;
  clearTimeout(timer);
}
