import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { AppError } from '../errors/app-error.js';
import { isPublicAddress } from './public-address.js';

export interface ResolvedAddress {
  address: string;
  family: number;
}

/** All A and AAAA addresses of a host. */
export type Lookup = (hostname: string) => Promise<ResolvedAddress[]>;

export const resolveAll: Lookup = (hostname) => systemLookup(hostname, { all: true, verbatim: true });

/** RFC 6761 §6.3: these names are this computer, whatever a name server says. Node asks one all the same. */
const isLoopbackName = (hostname: string): boolean => /^(?:.+\.)?localhost\.?$/i.test(hostname);

const LOOPBACK: readonly ResolvedAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

export interface AddressGuard {
  /** Throws OUTBOUND_REFUSED for a host that is itself a refused address: sockets do not look those up. */
  checkHost(hostname: string): void;
  /**
   * For `net.connect`: the socket connects to the very addresses that were checked, so a name that changes its answer
   * gains nothing. One refused address among several refuses all: which one is tried is not ours to choose.
   */
  lookup: LookupFunction;
}

export function createAddressGuard({ lookup, allowPrivate }: { lookup: Lookup; allowPrivate: boolean }): AddressGuard {
  const resolve = async (hostname: string): Promise<ResolvedAddress[]> => {
    if (isLoopbackName(hostname)) return [...LOOPBACK];
    return lookup(hostname);
  };
  const check = (addresses: readonly ResolvedAddress[]): void => {
    if (!allowPrivate && !addresses.every(({ address }) => isPublicAddress(address))) {
      throw new AppError('OUTBOUND_REFUSED', { reason: 'the host is, or resolves to, an address that is not public' });
    }
  };
  const resolveChecked = async (hostname: string): Promise<[ResolvedAddress, ...ResolvedAddress[]]> => {
    const addresses = await resolve(hostname);
    const [first, ...others] = addresses;
    if (!first) throw new AppError('OUTBOUND_FAILED', { reason: 'the host has no address' });
    check(addresses);
    return [first, ...others];
  };

  return {
    checkHost(hostname) {
      const address = hostname.replace(/^\[|\]$/g, '');
      const family = isIP(address);
      if (family !== 0) check([{ address, family }]);
      else if (isLoopbackName(hostname)) check(LOOPBACK);
    },
    lookup: (hostname, options, callback) => {
      resolveChecked(hostname).then(
        (addresses) =>
          options.all ? callback(null, addresses) : callback(null, addresses[0].address, addresses[0].family),
        (error: unknown) => callback(error as NodeJS.ErrnoException, []),
      );
    },
  };
}
