/** From a view grant to a player page: the same way for a launch and for a reload. */
import type { Kaltura, MediaEntry, ViewerSession } from '../kaltura/types.js';
import type { PlayerPages } from '../player/page.js';
import type { ResponseData } from '../http/types.js';
import type { Clock } from '../runtime/clock.js';
import { frameReportPath } from './frame-reports.js';
import type { ViewGrant } from './view-grant.js';

export interface OpenView {
  grant: ViewGrant;
  entry: MediaEntry;
  session: ViewerSession;
}

export interface ViewPages {
  /** Asks Kaltura for the entry and signs the viewer's session. ENTRY_NOT_FOUND, KALTURA_… */
  openSession(grant: ViewGrant): Promise<OpenView>;
  play(view: OpenView & { sealedGrant: string; requestId: string }): ResponseData;
}

export interface ViewPagesDependencies {
  kaltura: Kaltura;
  player: PlayerPages;
  clock: Clock;
}

export function createViewPages({ kaltura, player, clock }: ViewPagesDependencies): ViewPages {
  return {
    async openSession(grant) {
      const account = kaltura.account(grant.accountId);
      const entry = await kaltura.entry(account, grant.entryId);
      const session = kaltura.viewerSession(account, {
        viewerId: grant.viewerId,
        entryId: grant.entryId,
        launchId: grant.launchId,
        durationSeconds: entry.durationSeconds,
      });
      return { grant, entry, session };
    },
    play({ grant, entry, session, sealedGrant, requestId }) {
      const account = kaltura.account(grant.accountId);
      return player.play({
        launchId: grant.launchId,
        publicPath: `/v/${grant.launchId}`,
        grant: sealedGrant,
        entryId: grant.entryId,
        entryName: entry.name,
        viewerId: grant.viewerId,
        applicationName: grant.applicationName,
        partnerId: account.partnerId,
        uiConfId: grant.uiConfId ?? account.uiConfId,
        playerBaseUrl: account.playerBaseUrl,
        playerHosts: account.playerHosts,
        ks: session.ks,
        ksExpiresAtMs: session.expiresAtMs,
        nowMs: clock.nowMs(),
        frameAncestors: grant.frameOrigins,
        frameReportPath: frameReportPath(grant.platformRef),
        requestId,
        ...(grant.categoryId === undefined ? {} : { categoryId: grant.categoryId }),
        ...(grant.courseTitle === undefined ? {} : { courseTitle: grant.courseTitle }),
        ...(grant.locale === undefined ? {} : { locale: grant.locale }),
      });
    },
  };
}
