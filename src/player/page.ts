import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ResponseData } from '../http/types.js';
import type { CategoryId, EntryId, LaunchId, ViewerId } from '../runtime/ids.js';
import type { Random } from '../runtime/random.js';
import type { Assets, AssetFiles } from '../ui/assets.js';
import type { Renderer } from '../ui/render.js';
import type { Translate } from '../ui/translate.js';
import { playerPolicy, shellPolicy } from './player-policy.js';
import { mediaNameForPlayer, withoutPlaces } from './template-safe.js';

/** What the page of one launch shows and reports. */
export interface PlayView {
  launchId: LaunchId;
  /** `/v/<launchId>`: the address after the launch POST, and the base of `session`, `problem` and `resume`. */
  publicPath: string;
  /** The sealed view grant. Stands in the page and in `history.state`, never in an address. */
  grant: string;
  entryId: EntryId;
  entryName: string;
  courseTitle?: string | undefined;
  viewerId: ViewerId;
  /** Absent for a course without a category: then `playbackContext` is left out of every event. */
  categoryId?: CategoryId | undefined;
  applicationName: string;
  partnerId: number;
  uiConfId: number;
  playerBaseUrl: string;
  playerHosts: readonly string[];
  ks: string;
  ksExpiresAtMs: number;
  nowMs: number;
  /** Origins that may frame the page. Anything that is not a plain origin is dropped. */
  frameAncestors: readonly string[];
  /** Where a browser says that it refused to show the page in a frame. */
  frameReportPath?: string;
  requestId: string;
  locale?: string | undefined;
}

export interface ShellView {
  /** `/v/<launchId>`. */
  publicPath: string;
  requestId: string;
  locale?: string | undefined;
}

export interface PlayerPages {
  /** The page with the player: the answer to a launch and to a resume. */
  play(view: PlayView): ResponseData;
  /** GET `/v/<launchId>`: holds no data; its script posts the grant of `history.state` to `<publicPath>/resume`. */
  shell(view: ShellView): ResponseData;
}

export const playerAssetFiles: AssetFiles = {
  'player.css': new URL('./assets/player.css', import.meta.url),
  'player-page.js': new URL('./assets/player-page.js', import.meta.url),
  'player-shell.js': new URL('./assets/player-shell.js', import.meta.url),
};

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PLAY_TEMPLATE = local('./play.eta');
const SHELL_TEMPLATE = local('./shell.eta');

const HTML_HEADERS = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' };

const embedUrl = ({ playerBaseUrl, partnerId, uiConfId }: PlayView): string =>
  `${playerBaseUrl.replace(/\/+$/, '')}/p/${partnerId}/embedPlaykitJs/uiconf_id/${uiConfId}`;

/** What the page's script reads. The KS stands nowhere else in the document. */
const scriptValues = (view: PlayView): object => ({
  publicPath: view.publicPath,
  grant: view.grant,
  requestId: view.requestId,
  partnerId: view.partnerId,
  uiConfId: view.uiConfId,
  entryId: view.entryId,
  mediaName: mediaNameForPlayer(view.entryName),
  viewerId: withoutPlaces(view.viewerId),
  categoryId: view.categoryId,
  applicationName: withoutPlaces(view.applicationName),
  ks: view.ks,
  ksExpiresAtMs: view.ksExpiresAtMs,
  nowMs: view.nowMs,
});

export interface PlayerPagesDependencies {
  renderer: Renderer;
  assets: Assets;
  translate: Translate;
  random: Random;
}

/** Pages of the player. The routes behind them are the launch room's. */
export function createPlayerPages({ renderer, assets, translate, random }: PlayerPagesDependencies): PlayerPages {
  // Inline, because a reload may come before any other file has been fetched.
  const startScript = readFileSync(local('./assets/player-start.js'), 'utf8');

  return {
    play(view) {
      const nonce = random.bytes(16).toString('base64url');
      return {
        status: 200,
        headers: HTML_HEADERS,
        csp: playerPolicy({ nonce, ...view }),
        body: renderer.page(PLAY_TEMPLATE, {
          title: view.entryName || view.entryId,
          locale: view.locale,
          screen: 'player-page',
          styles: ['player.css'],
          nonce,
          startScript,
          values: scriptValues(view),
          embedUrl: embedUrl(view),
          pageScriptUrl: assets.url('player-page.js'),
          courseTitle: view.courseTitle,
          requestId: view.requestId,
        }),
      };
    },
    shell(view) {
      const { text } = translate(view.locale);
      return {
        status: 200,
        headers: HTML_HEADERS,
        csp: shellPolicy,
        body: renderer.page(SHELL_TEMPLATE, {
          title: text('player.shell.title'),
          locale: view.locale,
          screen: 'player-page',
          styles: ['player.css'],
          scriptUrl: assets.url('player-shell.js'),
          resumePath: `${view.publicPath}/resume`,
          requestId: view.requestId,
        }),
      };
    },
  };
}
