import { createServer, type RequestListener, type Server } from 'node:http';

/**
 * A Node server with limits. Headers may be larger than Node's 16 KiB: a course page with many embedded videos sends
 * up to 10 KiB of cookies with each. Slow senders are cut off; connections outlive those of usual proxies, which
 * otherwise send requests into one that is just being closed.
 */
export function createHttpServer(listener: RequestListener): Server {
  const server = createServer(
    { maxHeaderSize: 32 * 1024, headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 },
    listener,
  );
  server.maxHeadersCount = 200;
  return server;
}
