/** What the pretended account holds when it starts. */
import { toSeconds, type Clock } from '../../runtime/clock.js';
import { createAccount, type Account, type CaptionTrack, type Entry } from './account.js';

export const PARTNER_ID = 102030;
export const UI_CONF_ID = 5060;
export const ROOT_CATEGORY = 'Campus';
/** Set on the root category of an account that enforces entitlement. */
export const PRIVACY_CONTEXT = 'campus';

/** Each shows one thing: a video for everybody, one that no course has, a name that breaks careless code, a lost file. */
export const SAMPLE_ENTRY = {
  shared: '1_celldiv1',
  recap: '1_recapclp',
  unassigned: '1_privatev',
  hostile: '1_hostile1',
  broken: '1_brokenfl',
} as const;

/** People who came through an older integration, which knew them by their login names. */
const SAMPLE_USERS = ['library@example.edu', 'amoreno', 'tlindqvist', 'Former.Student'];

const CLIP = { media: 'cell-division', durationSeconds: 16 };

const caption = (id: string, languageCode: string, language: string, label: string): CaptionTrack => ({
  id,
  file: `cell-division.${languageCode}.vtt`,
  languageCode,
  language,
  label,
  isDefault: languageCode === 'en',
});

function sampleEntries(createdAt: number): Entry[] {
  const base = { description: '', createdAt, captions: [] };
  return [
    {
      ...base,
      ...CLIP,
      id: SAMPLE_ENTRY.shared,
      name: 'Cell division',
      description: 'One cell becomes two: the phases of mitosis in sixteen seconds.',
      captions: [caption('1_capt00en', 'en', 'English', 'English'), caption('1_capt00es', 'es', 'Spanish', 'Español')],
    },
    { ...base, ...CLIP, id: SAMPLE_ENTRY.recap, name: 'Cell division, recap' },
    { ...base, ...CLIP, id: SAMPLE_ENTRY.unassigned, name: 'Staff meeting (in no category)' },
    { ...base, ...CLIP, id: SAMPLE_ENTRY.hostile, name: 'C:\\x {{ks}} <b>"bold"</b> & \u202Etxet' },
    { ...base, id: SAMPLE_ENTRY.broken, name: 'A video whose file is lost', durationSeconds: 16, media: undefined },
  ];
}

/** `Campus` and `Campus>Library`; the library holds every entry but the unassigned one. */
export function createSampleAccount({
  clock,
  entitlementEnforced,
}: {
  clock: Clock;
  entitlementEnforced: boolean;
}): Account {
  const entries = sampleEntries(toSeconds(clock.nowMs()));
  const account = createAccount({
    partnerId: PARTNER_ID,
    uiConfId: UI_CONF_ID,
    entries,
    users: SAMPLE_USERS,
    clock,
  });
  const root = account.addCategory({
    name: ROOT_CATEGORY,
    parentId: 0,
    ...(entitlementEnforced ? { privacyContext: PRIVACY_CONTEXT } : {}),
  });
  const library = account.addCategory({ name: 'Library', parentId: root.id });
  for (const entry of entries) {
    if (entry.id !== SAMPLE_ENTRY.unassigned) account.assign(entry.id, library.id, 'library@example.edu');
  }
  return account;
}
