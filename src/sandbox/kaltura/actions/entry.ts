/** baseEntry, media and what the player asks beside them. */
import type { Entry } from '../account.js';
import { ApiException } from '../api-error.js';
import { list, needText, object, page, text, type Parameters } from '../parameters.js';
import { grants, type Session } from '../sessions.js';
import type { Action, ActionDependencies, Actions, Call } from './types.js';

const TYPE_CLIP = 1;
const MEDIA_VIDEO = 1;
const STATUS_READY = 2;
const ACTION_BLOCK = 1;
const CAPTION_WEBVTT = '3';

export const flavorId = (entry: Entry): string => `1_fl${entry.id.slice(2, 8)}`;

export function entryActions({ account, entitlement }: ActionDependencies): Actions {
  const visible = (session: Session | undefined, id: string): Entry => {
    const entry = account.entries.get(id);
    if (!entry || !entitlement.seesEntry(session, id)) throw new ApiException('ENTRY_ID_NOT_FOUND', { ENTRY_ID: id });
    return entry;
  };

  const reply = (entry: Entry, base: string) => {
    const root = `${base}/p/${account.partnerId}/sp/${account.partnerId}00`;
    // Like the server, which names only categories that entitlement leaves alone.
    const open = account.categoriesOf(entry.id).filter((each) => account.privacyContexts(each).length === 0);
    return {
      id: entry.id,
      name: entry.name,
      description: entry.description,
      partnerId: account.partnerId,
      userId: 'library@example.edu',
      creatorId: 'library@example.edu',
      tags: '',
      categories: open.map((each) => each.fullName).join(','),
      categoriesIds: open.map((each) => each.id).join(','),
      status: STATUS_READY,
      type: TYPE_CLIP,
      mediaType: MEDIA_VIDEO,
      createdAt: entry.createdAt,
      updatedAt: entry.createdAt,
      duration: entry.durationSeconds,
      msDuration: entry.durationSeconds * 1000,
      width: 640,
      height: 360,
      plays: 0,
      views: 0,
      version: '100001',
      thumbnailUrl: `${root}/thumbnail/entry_id/${entry.id}/version/100001`,
      dataUrl: `${root}/playManifest/entryId/${entry.id}/format/url/protocol/http`,
      downloadUrl: `${root}/playManifest/entryId/${entry.id}/format/download/protocol/http/flavorParamIds/0`,
      accessControlId: 1,
      flavorParamsIds: '0',
      objectType: 'KalturaMediaEntry',
    };
  };

  const matches = (entry: Entry, filter: Parameters): boolean => {
    const categories = account.categoriesOf(entry.id);
    const direct = new Set(categories.map((each) => String(each.id)));
    const all = new Set(categories.flatMap((each) => each.fullIds.split('>')));
    const has = (name: string, owned: ReadonlySet<string>): boolean => {
      const wanted = list(filter, name);
      return wanted === undefined || [...wanted].some((value) => owned.has(value));
    };
    const every = list(filter, 'categoriesIdsMatchAnd');
    const id = new Set([entry.id]);
    const words = (text(filter, 'freeText') ?? text(filter, 'nameLike') ?? '').toLowerCase();
    return (
      has('idEqual', id) &&
      has('idIn', id) &&
      has('redirectFromEntryId', id) &&
      has('referenceIdEqual', new Set()) &&
      has('categoriesIdsMatchOr', direct) &&
      has('categoryAncestorIdIn', all) &&
      (every === undefined || [...every].every((value) => direct.has(value))) &&
      has('statusIn', new Set([String(STATUS_READY)])) &&
      has('mediaTypeEqual', new Set([String(MEDIA_VIDEO)])) &&
      `${entry.name} ${entry.description}`.toLowerCase().includes(words)
    );
  };

  const listEntries = ({ parameters, session, base }: Call) => {
    const filter = object(parameters, 'filter');
    // A viewer's session sees other people's entries only when it names them, or has `list:*`.
    const named = ['idEqual', 'redirectFromEntryId', 'referenceIdEqual'].some((name) => list(filter, name));
    const seesAll = named || session?.isAdmin === true || grants(session, 'list', '*');
    const found = [...account.entries.values()]
      .filter((entry) => seesAll && entitlement.seesEntry(session, entry.id) && matches(entry, filter))
      .sort((a, b) => (text(filter, 'orderBy') === '+name' ? a.name.localeCompare(b.name) : 0))
      .map((entry) => reply(entry, base));
    return page(parameters, found, 'KalturaBaseEntryListResponse');
  };

  const captionsOf = (entry: Entry, base: string) =>
    entry.captions.map(({ id, label, language, languageCode, isDefault }) => {
      const asset = `${base}/api_v3/index.php/service/caption_captionAsset/action`;
      return {
        label,
        language,
        languageCode,
        format: CAPTION_WEBVTT,
        isDefault,
        webVttUrl: `${asset}/serveWebVTT/captionAssetId/${id}/segmentIndex/-1/version/1/captions.vtt`,
        url: `${asset}/serve/captionAssetId/${id}`,
        objectType: 'KalturaCaptionPlaybackPluginData',
      };
    });

  const playbackContext = ({ parameters, session, base }: Call) => {
    const entry = visible(session, needText(parameters, 'entryId'));
    const allowed = grants(session, 'sview', entry.id);
    const flavor = flavorId(entry);
    const url = `${base}/p/${account.partnerId}/sp/${account.partnerId}00/playManifest/entryId/${entry.id}`;
    return {
      sources: allowed
        ? [
            {
              deliveryProfileId: 1,
              format: 'url',
              protocols: 'http,https',
              flavorIds: flavor,
              url: `${url}/protocol/http/format/url/flavorIds/${flavor}/a.mp4`,
              drm: [],
              objectType: 'KalturaPlaybackSource',
            },
          ]
        : [],
      playbackCaptions: allowed ? captionsOf(entry, base) : [],
      flavorAssets: [
        {
          id: flavor,
          entryId: entry.id,
          fileExt: 'mp4',
          bitrate: 160,
          width: 640,
          height: 360,
          objectType: 'KalturaFlavorAsset',
        },
      ],
      actions: allowed ? [] : [{ type: ACTION_BLOCK, objectType: 'KalturaAccessControlBlockAction' }],
      messages: allowed
        ? []
        : [
            {
              message: 'This session may not view the video',
              code: 'SESSION_RESTRICTED',
              objectType: 'KalturaAccessControlMessage',
            },
          ],
      objectType: 'KalturaPlaybackContext',
    };
  };

  const get: Action = {
    access: 'playback',
    run: ({ parameters, session, base }) => reply(visible(session, needText(parameters, 'entryId')), base),
  };
  const emptyList = (objectType: string): Action => ({
    access: 'playback',
    run: ({ parameters }) => page(parameters, [], objectType),
  });

  return {
    'baseentry.get': get,
    'media.get': get,
    'baseentry.list': { access: 'playback', run: listEntries },
    'media.list': {
      access: 'playback',
      run: (call) => ({ ...listEntries(call), objectType: 'KalturaMediaListResponse' }),
    },
    'baseentry.getplaybackcontext': { access: 'playback', run: playbackContext },
    'metadata_metadata.list': emptyList('KalturaMetadataListResponse'),
    'cuepoint_cuepoint.list': emptyList('KalturaCuePointListResponse'),
    'userentry.list': emptyList('KalturaUserEntryListResponse'),
    'playlist.list': emptyList('KalturaPlaylistListResponse'),
    'playlist.execute': { access: 'playback', run: () => [] },
    'playlist.get': {
      access: 'playback',
      run({ parameters }) {
        throw new ApiException('INVALID_ENTRY_ID', { ID: needText(parameters, 'id') });
      },
    },
    'caption_captionasset.list': {
      access: 'playback',
      run({ parameters, session }) {
        const wanted =
          list(object(parameters, 'filter'), 'entryIdEqual') ?? list(object(parameters, 'filter'), 'entryIdIn');
        const rows = [...account.entries.values()]
          .filter((entry) => wanted?.has(entry.id) === true && entitlement.seesEntry(session, entry.id))
          .flatMap((entry) =>
            entry.captions.map(({ id, label, language, languageCode, isDefault }) => ({
              id,
              entryId: entry.id,
              partnerId: account.partnerId,
              label,
              language,
              languageCode,
              isDefault,
              format: CAPTION_WEBVTT,
              fileExt: 'vtt',
              status: 2,
              objectType: 'KalturaCaptionAsset',
            })),
          );
        return page(parameters, rows, 'KalturaCaptionAssetListResponse');
      },
    },
  };
}
