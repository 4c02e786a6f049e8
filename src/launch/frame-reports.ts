/**
 * Browsers tell us when they refuse to show a page of ours in a frame, so that an admin reads which origin is missing
 * and no teacher has to.
 *
 * What a report holds was measured in Chromium: the body names our own address only, for `blocked-uri` too; the
 * `Referer` of the report names the origin of the ancestor that was refused, wherever it stands in the chain, unless that
 * page sends no referrer. No report of a refused frame comes through the Reporting API, and a `report-to` beside
 * `report-uri` keeps the other one from coming. Safari and Firefox know `report-uri` too; where they send no `Referer`,
 * the body's `referrer` is the page around the frame.
 */
import { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import type { RequestFacts, Route } from '../http/types.js';
import type { PlatformDirectory } from '../platforms/directory.js';
import { frameOrigins, originOf } from '../platforms/origins.js';
import type { Clock } from '../runtime/clock.js';
import type { PlatformId, PlatformRef } from '../runtime/ids.js';
import type { BlockedFrameStore, PlatformRecord } from '../store/ports.js';

const PATH = '/frames/report';
const MAX_BODY_BYTES = 8 * 1024;
const MAX_ORIGINS = 50;
const MAX_ORIGIN_LENGTH = 200;
/** Of one platform, by one process. A class of 200 whose frames stay blank tells enough with its first reports. */
const NOTED_PER_MINUTE = 60;
const MINUTE_MS = 60_000;

/** Where pages of this platform send their reports. */
export const frameReportPath = (ref: PlatformRef): string => `${PATH}/${ref}`;

const reportSchema = z.object({
  'csp-report': z.object({
    'effective-directive': z.string().optional(),
    'violated-directive': z.string().optional(),
    'document-uri': z.string().optional(),
    'blocked-uri': z.string().optional(),
    referrer: z.string().optional(),
  }),
});

export interface FrameReportDependencies {
  directory: Pick<PlatformDirectory, 'findByRef'>;
  blockedFrames: Pick<BlockedFrameStore, 'note'>;
  clock: Clock;
  publicUrl: URL;
}

/** POST of a report, by a browser: no session, no cookie, nothing kept but an origin and how often it came. */
export function createFrameReportRoute(deps: FrameReportDependencies): Route {
  const { directory, blockedFrames, clock, publicUrl } = deps;
  let minute = { startedAtMs: -Infinity, noted: new Map<PlatformId, number>() };

  const mayNote = (platformId: PlatformId, nowMs: number): boolean => {
    if (nowMs - minute.startedAtMs >= MINUTE_MS) minute = { startedAtMs: nowMs, noted: new Map() };
    const noted = (minute.noted.get(platformId) ?? 0) + 1;
    minute.noted.set(platformId, noted);
    return noted <= NOTED_PER_MINUTE;
  };

  return {
    method: 'POST',
    path: `${PATH}/:ref`,
    template: `${PATH}/:ref`,
    maxBodyBytes: MAX_BODY_BYTES,
    takesReports: true,
    async handler(request) {
      const platform = await directory.findByRef((request.params['ref'] ?? '') as PlatformRef);
      if (!platform) throw new AppError('HTTP_NOT_FOUND');
      const origin = refusedOrigin(request, platform, publicUrl);
      const nowMs = clock.nowMs();
      if (origin !== undefined && mayNote(platform.id, nowMs)) {
        await blockedFrames.note({ platformId: platform.id, origin }, { nowMs, cap: MAX_ORIGINS });
      }
      return { status: 204 };
    },
  };
}

/** Undefined when the report is about something else, or names no origin that an admin could add. */
function refusedOrigin(
  { json, headers }: Pick<RequestFacts, 'json' | 'headers'>,
  platform: PlatformRecord,
  publicUrl: URL,
): string | undefined {
  const parsed = reportSchema.safeParse(json);
  if (!parsed.success) throw new AppError('INPUT_INVALID', { reason: 'not a report of a content security policy' });
  const report = parsed.data['csp-report'];
  const directive = report['effective-directive'] ?? report['violated-directive'];
  if (directive?.split(' ')[0] !== 'frame-ancestors') return undefined;
  const welcome = [publicUrl.origin, originOf(report['document-uri']), ...frameOrigins(platform)];
  return [headers['referer'], report['blocked-uri'], report.referrer]
    .map(originOf)
    .find((origin) => origin !== undefined && origin.length <= MAX_ORIGIN_LENGTH && !welcome.includes(origin));
}
