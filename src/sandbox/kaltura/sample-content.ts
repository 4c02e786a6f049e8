/** What the pretended account holds when it starts. */
import { toSeconds, type Clock } from '../../runtime/clock.js';
import { createAccount, type Account, type CaptionTrack, type Category, type Entry } from './account.js';

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

/** What an account that has been in use for years holds besides: something to search in. */
const GROWN_CATEGORIES = [
  'site>channels>Shared Repository',
  'Departments>Biology',
  'Departments>Biology>Lab safety',
  'Departments>Chemistry',
  'Archive>2025>Biology 101',
  'Archive>2025>Chemistry 110',
];
/** The recordings of last year's course. */
const ARCHIVED_COURSE = 'Archive>2025>Biology 101';

/**
 * `Campus` and below it a library, which holds every entry but the unassigned one, the departments and last year's
 * courses.
 */
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
  for (const path of GROWN_CATEGORIES) {
    const category = addPath(account, root, path);
    if (path !== ARCHIVED_COURSE) continue;
    for (const id of [SAMPLE_ENTRY.shared, SAMPLE_ENTRY.recap]) account.assign(id, category.id, 'library@example.edu');
  }
  return account;
}

/** The last category of a path below `parent`, with what is missing on the way. */
function addPath(account: Account, parent: Category, path: string): Category {
  return path.split('>').reduce((at, name) => {
    const known = [...account.categories.values()].find((each) => each.parentId === at.id && each.name === name);
    return known ?? account.addCategory({ name, parentId: at.id });
  }, parent);
}
