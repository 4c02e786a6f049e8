/** session, user, system, uiConf. */
import { timingSafeEqual } from 'node:crypto';
import { toSeconds } from '../../../runtime/clock.js';
import { ApiException } from '../api-error.js';
import { integer, list, needText, object, page, text } from '../parameters.js';
import { orInvalidKs, PLAYBACK_ROLE, type Session } from '../sessions.js';
import type { ActionDependencies, Actions } from './types.js';

const DAY_SECONDS = 86_400;
const UI_CONF_TYPE_V7 = 8;

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function checkRole(privileges: string): void {
  const role = /(?:^|,)\s*setrole:([^,]*)/.exec(privileges)?.[1];
  if (role !== undefined && role !== PLAYBACK_ROLE) throw new ApiException('UNKNOWN_ROLE_ID', { ROLE_ID: role });
}

export function sessionActions({ account, sessions, clock, adminSecret }: ActionDependencies): Actions {
  const info = (session: Session) => ({
    sessionType: session.type,
    partnerId: session.partnerId,
    userId: session.userId ?? '',
    expiry: session.expiresAt,
    privileges: session.privileges,
    objectType: 'KalturaSessionInfo',
  });

  const uiConf = (base: string) => ({
    id: account.uiConfId,
    name: 'Sandbox player',
    partnerId: account.partnerId,
    objType: UI_CONF_TYPE_V7,
    objTypeAsString: 'PLAYER_V3',
    width: 560,
    height: 395,
    tags: 'kalturaPlayerJs,player',
    html5Url: `${base}/p/${account.partnerId}/embedPlaykitJs/uiconf_id/${account.uiConfId}`,
    objectType: 'KalturaUiConf',
  });

  const user = (id: string) => ({
    id,
    screenName: id,
    partnerId: account.partnerId,
    status: 1,
    objectType: 'KalturaUser',
  });

  /** The server's database compares ids without case. */
  const namedBy = (wanted: Set<string> | undefined, id: string): boolean =>
    wanted === undefined || [...wanted].some((each) => each.toLowerCase() === id.toLowerCase());

  return {
    'session.start': {
      access: 'open',
      run({ parameters }) {
        const partnerId = integer(parameters, 'partnerId');
        const given = text(parameters, 'secret') ?? '';
        if (partnerId !== account.partnerId || !sameText(given, adminSecret)) {
          throw new ApiException('START_SESSION_ERROR', { PID: text(parameters, 'partnerId') ?? '' });
        }
        const privileges = text(parameters, 'privileges') ?? '';
        checkRole(privileges);
        return sessions.start({
          userId: text(parameters, 'userId') ?? '',
          type: integer(parameters, 'type') ?? 0,
          lifeSeconds: integer(parameters, 'expiry') ?? DAY_SECONDS,
          privileges,
        }).ks;
      },
    },
    'session.startwidgetsession': {
      access: 'open',
      run({ parameters }) {
        const widgetId = needText(parameters, 'widgetId');
        if (widgetId !== `_${account.partnerId}`) throw new ApiException('START_SESSION_ERROR', { PID: widgetId });
        const lifeSeconds = integer(parameters, 'expiry') ?? DAY_SECONDS;
        const { ks } = sessions.start({ userId: '0', type: 0, lifeSeconds, privileges: 'view:*,widget:1' });
        return { partnerId: account.partnerId, ks, userId: 0, objectType: 'KalturaStartWidgetSessionResponse' };
      },
    },
    'session.get': {
      access: 'playback',
      run({ parameters, session }) {
        const asked = text(parameters, 'session');
        return info(asked === undefined ? session! : orInvalidKs(sessions.inspect(asked), asked));
      },
    },
    'session.end': {
      access: 'playback',
      run({ session }) {
        sessions.end(session!);
        return null;
      },
    },
    'user.get': {
      access: 'user',
      run({ parameters, session }) {
        const own = session!.userId ?? '';
        const asked = text(parameters, 'userId') ?? own;
        if (asked !== own && !session!.isAdmin) {
          throw new ApiException('CANNOT_RETRIEVE_ANOTHER_USER_USING_NON_ADMIN_SESSION', { USER_ID: asked });
        }
        if (asked === '') throw new ApiException('INVALID_USER_ID');
        return user(asked);
      },
    },
    'user.list': {
      access: 'admin',
      run({ parameters }) {
        const filter = object(parameters, 'filter');
        const found = account.users.filter(
          (id) => namedBy(list(filter, 'idEqual'), id) && namedBy(list(filter, 'idIn'), id),
        );
        return page(parameters, found.map(user), 'KalturaUserListResponse');
      },
    },
    'system.ping': { access: 'open', run: () => true },
    'system.gettime': { access: 'open', run: () => toSeconds(clock.nowMs()) },
    'system.getversion': { access: 'open', run: () => '21.20.0' },
    'uiconf.get': {
      access: 'playback',
      run({ parameters, base }) {
        const id = needText(parameters, 'id');
        if (id !== String(account.uiConfId)) throw new ApiException('UICONF_ID_NOT_FOUND', { ID: id });
        return uiConf(base);
      },
    },
    'uiconf.list': {
      access: 'user',
      run: ({ parameters, base }) => page(parameters, [uiConf(base)], 'KalturaUiConfListResponse'),
    },
  };
}
