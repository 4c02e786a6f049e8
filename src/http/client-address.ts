import { isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';
import proxyAddr from 'proxy-addr';

/** The address of a request's client. `X-Forwarded-For` counts only as far as trusted proxies wrote it. */
export type ClientAddress = (request: IncomingMessage) => string;

export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trust = trustedProxies.length === 0 ? undefined : proxyAddr.compile([...trustedProxies]);
  return (request) => {
    const socketAddress = request.socket.remoteAddress ?? '';
    if (!trust) return plain(socketAddress);
    const address = proxyAddr(request, trust);
    return plain(isIP(address) === 0 ? socketAddress : address);
  };
}

/** A server that listens on IPv6 sees IPv4 clients as `::ffff:192.0.2.1`. */
const plain = (address: string): string => address.replace(/^::ffff:(?=[\d.]+$)/i, '');
