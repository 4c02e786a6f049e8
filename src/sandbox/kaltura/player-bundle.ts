/** The player script of `/p/{partner}/embedPlaykitJs/uiconf_id/{uiConf}`: the real player, its analytics, its config. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PlayerBundle {
  /** JavaScript and its ETag; the files are read once. */
  script(): Promise<{ body: string; etag: string }>;
  /** The licences of what the script contains. */
  licences(): Promise<string>;
}

interface PlayerFiles {
  player: string;
  kava: string;
  licences: string[];
}

/** Beside the built file in the packed package, in node_modules in a clone. */
async function locate(): Promise<PlayerFiles> {
  const packed = fileURLToPath(new URL('./player/', import.meta.url));
  if (existsSync(join(packed, 'kaltura-ovp-player.js'))) {
    const names = (await readdir(packed)).filter((name) => /licen[cs]e/i.test(name)).sort();
    return {
      player: join(packed, 'kaltura-ovp-player.js'),
      kava: join(packed, 'playkit-kava.js'),
      licences: names.map((name) => join(packed, name)),
    };
  }
  const require = createRequire(import.meta.url);
  const player = require.resolve('@playkit-js/kaltura-player-js/dist/kaltura-ovp-player.js');
  const kava = require.resolve('@playkit-js/playkit-js-kava/dist/playkit-kava.js');
  const licences = [`${player}.LICENSE.txt`, join(dirname(player), '../LICENSE'), join(dirname(kava), '../LICENSE')];
  return { player, kava, licences: licences.filter((path) => existsSync(path)) };
}

const withoutSourceMap = (script: string): string => script.replace(/\n\/\/# sourceMappingURL=\S*\s*$/, '\n');

/** Player configuration as Kaltura's server appends it. A browser without H.264 gets the same paths under `/webm`. */
function configScript(config: {
  partnerId: number;
  uiConfId: number;
  publicUrl: string;
  viewEventCountdownSeconds: number | undefined;
}): string {
  const { publicUrl, viewEventCountdownSeconds: viewEventCountdown } = config;
  const data = {
    provider: {
      partnerId: config.partnerId,
      uiConfId: config.uiConfId,
      // The npm analytics plugin puts the page's own protocol in front.
      env: { analyticsServiceUrl: publicUrl.replace(/^https?:/, '') },
    },
    plugins: { kava: viewEventCountdown === undefined ? {} : { viewEventCountdown } },
    uiConfData: { width: 560, height: 395, name: 'Sandbox player' },
  };
  return `;(function () {
  var video = document.createElement('video');
  var h264 = video.canPlayType('video/mp4; codecs="avc1.42E01E, mp4a.40.2"') !== '';
  var data = ${JSON.stringify(data)};
  var base = ${JSON.stringify(publicUrl)} + (h264 ? '' : '/webm');
  data.provider.env.serviceUrl = base + '/api_v3';
  data.provider.env.cdnUrl = base;
  window.__kalturaplayerdata = data;
})();
`;
}

export function createPlayerBundle(config: Parameters<typeof configScript>[0]): PlayerBundle {
  let files: Promise<PlayerFiles> | undefined;
  let built: Promise<{ body: string; etag: string }> | undefined;
  const located = (): Promise<PlayerFiles> => (files ??= locate());

  const build = async (): Promise<{ body: string; etag: string }> => {
    const { player, kava } = await located();
    const [playerScript, kavaScript] = await Promise.all([readFile(player, 'utf8'), readFile(kava, 'utf8')]);
    const body = [
      `/* Kaltura player and its analytics plugin, AGPL-3.0. Licences: ${config.publicUrl}/sandbox/player-licences.txt */`,
      withoutSourceMap(playerScript),
      withoutSourceMap(kavaScript),
      configScript(config),
    ].join('\n;');
    return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"` };
  };

  return {
    script: () => (built ??= build()),
    async licences() {
      const { licences } = await located();
      const texts = await Promise.all(
        licences.map(async (path) => `==== ${basename(path)}\n\n${await readFile(path, 'utf8')}`),
      );
      return texts.join('\n\n');
    },
  };
}
