import { systemClock, type Clock } from '../../../src/runtime/clock.js';
import { systemRandom } from '../../../src/runtime/random.js';
import {
  startKalturaStandIn,
  type KalturaStandIn,
  type KalturaStandInOptions,
} from '../../../src/sandbox/kaltura/server.js';

/** Whatever the API answers: tests look into it without a type for every reply. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Reply = any;

export interface Api {
  standIn: KalturaStandIn;
  /** One JSON call; the parsed answer. */
  call(name: string, parameters?: object): Promise<Reply>;
  /** A KS that the stand-in itself makes. */
  ks(session: { userId?: string; type?: number; privileges?: string; expiry?: number }): Promise<string>;
  admin(privileges?: string): Promise<string>;
}

export async function startApi(options: Partial<KalturaStandInOptions> & { clock?: Clock } = {}): Promise<Api> {
  const standIn = await startKalturaStandIn({ clock: systemClock, random: systemRandom, ...options });
  const call: Api['call'] = async (name, parameters = {}) => {
    const [service, action] = name.split('.');
    const path = action === undefined ? `service/${service}` : `service/${service}/action/${action}`;
    const response = await fetch(`${standIn.url}/api_v3/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ format: 1, ...parameters }),
    });
    return response.json();
  };
  const ks: Api['ks'] = async (session) => {
    const fields = { userId: 'ana', type: 0, privileges: '', expiry: 3600, ...session };
    return (await call('session.start', {
      secret: standIn.adminSecret,
      partnerId: standIn.partnerId,
      ...fields,
    })) as string;
  };
  return {
    standIn,
    call,
    ks,
    admin: (privileges = 'disableentitlement') => ks({ type: 2, userId: 'admin', privileges }),
  };
}
