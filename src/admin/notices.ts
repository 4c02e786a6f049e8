/**
 * A sentence for the next page, after a redirect. It travels sealed in a cookie of one minute: nothing stands in the
 * address, nobody else can write one, and another session does not see it.
 */
import { z } from 'zod';
import type { RequestFacts } from '../http/types.js';
import type { Clock } from '../runtime/clock.js';
import type { Keyring } from '../runtime/keyring.js';
import type { AdminSession } from '../store/ports.js';
import type { AdminNotice } from '../ui/admin-screen.js';
import { signInOf } from './sessions.js';

const COOKIE = '__Host-pcn';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';
const PURPOSE = 'admin-notice';
const LIFE_SECONDS = 60;
/** Browsers drop cookies of more than 4 KiB. */
const MAX_TEXT = 500;

const noticeSchema = z.object({
  session: z.string(),
  untilMs: z.number(),
  text: z.string(),
  undo: z.string().optional(),
});

export interface Notices {
  /** `Set-Cookie` that carries the notice to the next page. */
  carry(notice: AdminNotice, session: AdminSession): string;
  /** The notice that this request brought, and the `Set-Cookie` that forgets it. */
  take(request: Pick<RequestFacts, 'cookies'>, session: AdminSession): { notice?: AdminNotice; cookie?: string };
}

export function createNotices({ keyring, clock }: { keyring: Keyring; clock: Clock }): Notices {
  return {
    carry({ text, undo }, session) {
      const untilMs = clock.nowMs() + LIFE_SECONDS * 1000;
      const shown = Array.from(text).slice(0, MAX_TEXT).join('');
      const sealed = keyring.seal(PURPOSE, { session: signInOf(session), untilMs, text: shown, undo });
      return `${COOKIE}=${sealed}; Max-Age=${LIFE_SECONDS}; ${ATTRIBUTES}`;
    },
    take({ cookies }, session) {
      const sealed = cookies.get(COOKIE);
      if (sealed === undefined) return {};
      const cookie = `${COOKIE}=; Max-Age=0; ${ATTRIBUTES}`;
      const opened = noticeSchema.safeParse(keyring.open(PURPOSE, sealed));
      if (!opened.success || opened.data.session !== signInOf(session) || opened.data.untilMs <= clock.nowMs()) {
        return { cookie };
      }
      const { text, undo } = opened.data;
      return { cookie, notice: { text, ...(undo === undefined ? {} : { undo }) } };
    },
  };
}
