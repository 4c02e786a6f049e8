/** The process of the Kaltura stand-in, with a count of all that it is asked. */
import { subscribe } from 'node:diagnostics_channel';
import { serveParent } from '../processes/messages.js';
import { systemClock } from '../../src/runtime/clock.js';
import { systemRandom } from '../../src/runtime/random.js';
import { startKalturaStandIn } from '../../src/sandbox/kaltura/server.js';

let requests = 0;
subscribe('http.server.request.start', () => {
  requests += 1;
});
const kaltura = await startKalturaStandIn({ clock: systemClock, random: systemRandom });

const methods = {
  info: () => ({
    url: kaltura.url,
    publicUrl: kaltura.publicUrl,
    partnerId: kaltura.partnerId,
    uiConfId: kaltura.uiConfId,
    adminSecret: kaltura.adminSecret,
    rootCategory: kaltura.rootCategory,
    entryId: kaltura.sample.shared,
  }),
  requests: () => requests,
};
export type KalturaMethods = typeof methods;
export type KalturaInfo = ReturnType<typeof methods.info>;

serveParent(methods);
