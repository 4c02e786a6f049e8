/** All migrations. Append only; each entry is one schema version. */
import type { IndexPlan } from './collections.js';
import { fillSearchFields } from './launches.js';
import type { Migration } from './migrations.js';

/**
 * Clocks of hosts and database differ: a consumed state that the server removed too early would count as fresh. What
 * has ended by our own clock is never shown, so this costs space only.
 */
const GRACE_SECONDS = 3_600;

const ending = (collection: IndexPlan['collection'], name: string): IndexPlan => ({
  collection,
  name,
  key: { endsAt: 1 },
  expireAfterSeconds: GRACE_SECONDS,
});

export const schemaHistory: readonly Migration[] = [
  {
    name: 'all collections',
    collections: [
      'meta',
      'locks',
      'accounts',
      'audit',
      'platforms',
      'tenants',
      'tenantHints',
      'deployments',
      'courses',
      'mappingHistory',
      'viewers',
      'adminLinks',
      'adminSessions',
      'apiClients',
      'leases',
      'consumedStates',
      'launches',
      'signingKeys',
      'installationKeys',
    ],
    uniqueIndexes: [
      { collection: 'platforms', name: 'platforms_by_ref', key: { ref: 1 }, unique: true },
      { collection: 'tenants', name: 'tenants_by_namespace', key: { namespace: 1 }, unique: true },
      { collection: 'apiClients', name: 'api_clients_by_token', key: { tokenHash: 1 }, unique: true },
    ],
    otherIndexes: [
      { collection: 'audit', name: 'audit_by_tenant', key: { tenantId: 1, _id: -1 } },
      { collection: 'platforms', name: 'platforms_by_issuer', key: { issuer: 1, clientId: 1 } },
      { collection: 'deployments', name: 'deployments_by_status', key: { platformId: 1, status: 1 } },
      { collection: 'courses', name: 'courses_by_title', key: { titleOrder: 1, courseKey: 1, tenantId: 1 } },
      { collection: 'courses', name: 'courses_by_recency', key: { recency: 1, courseKey: 1, tenantId: 1 } },
      {
        collection: 'courses',
        name: 'courses_of_tenant_by_title',
        key: { tenantId: 1, titleOrder: 1, courseKey: 1 },
      },
      { collection: 'courses', name: 'courses_of_tenant_by_recency', key: { tenantId: 1, recency: 1, courseKey: 1 } },
      { collection: 'courses', name: 'courses_by_token', key: { tokens: 1 } },
      { collection: 'courses', name: 'courses_by_origin', key: { 'mapping.origin': 1, tenantId: 1 } },
      { collection: 'courses', name: 'courses_by_problem', key: { problem: 1, tenantId: 1 } },
      {
        collection: 'courses',
        name: 'courses_by_category',
        key: { 'mapping.categoryId': 1, 'mapping.accountId': 1 },
      },
      {
        collection: 'mappingHistory',
        name: 'mapping_history_by_course',
        key: { tenantId: 1, courseKey: 1, _id: -1 },
      },
      { collection: 'mappingHistory', name: 'mapping_history_by_change_set', key: { changeSetId: 1, _id: 1 } },
      { collection: 'viewers', name: 'viewers_by_subject', key: { tenantId: 1, subject: 1 } },
      { collection: 'viewers', name: 'viewers_by_viewer_id', key: { tenantId: 1, viewerIdFolded: 1 } },
      { collection: 'launches', name: 'launches_by_request', key: { requestId: 1 } },
      { collection: 'launches', name: 'launches_by_time', key: { atMs: 1 } },
      ending('adminLinks', 'admin_links_by_end'),
      ending('adminSessions', 'admin_sessions_by_end'),
      ending('consumedStates', 'consumed_states_by_end'),
    ],
    // Two commands that made a counter at once would fail, where two that raise it only wait.
    async documents({ update }) {
      for (const _id of ['changes', 'order']) await update('meta', { _id }, { onInsert: { value: 0 } }, true);
    },
  },
  {
    name: 'where courses were seen, persons of LMSs, blocked frames, jobs, changes that wait to be applied',
    collections: ['adminPersons', 'blockedFrames', 'jobs', 'stagedSets', 'stagedRows'],
    uniqueIndexes: [],
    otherIndexes: [
      {
        collection: 'courses',
        name: 'courses_of_deployment_by_title',
        key: { seenIn: 1, titleOrder: 1, courseKey: 1, tenantId: 1 },
      },
      {
        collection: 'courses',
        name: 'courses_of_deployment_by_recency',
        key: { seenIn: 1, recency: 1, courseKey: 1, tenantId: 1 },
      },
      { collection: 'adminPersons', name: 'admin_persons_by_request', key: { askedAtMs: -1, _id: 1 } },
      { collection: 'adminPersons', name: 'admin_persons_of_platform', key: { platformId: 1, askedAtMs: -1, _id: 1 } },
      { collection: 'adminPersons', name: 'admin_persons_by_status', key: { platformId: 1, status: 1 } },
      { collection: 'blockedFrames', name: 'blocked_frames_of_platform', key: { platformId: 1, lastAtMs: -1, _id: 1 } },
      { collection: 'jobs', name: 'jobs_by_status', key: { status: 1, _id: 1 } },
      { collection: 'jobs', name: 'jobs_by_end', key: { finishedAtMs: 1 } },
      { collection: 'stagedSets', name: 'staged_sets_of_tenant', key: { tenantId: 1, _id: -1 } },
      { collection: 'stagedSets', name: 'staged_sets_by_end', key: { expiresAtMs: 1 } },
      { collection: 'stagedRows', name: 'staged_rows_of_set', key: { setId: 1, row: 1 } },
      { collection: 'stagedRows', name: 'staged_rows_by_effect', key: { setId: 1, effect: 1, row: 1 } },
      { collection: 'launches', name: 'launches_of_platform', key: { platformId: 1, _id: -1 } },
      { collection: 'launches', name: 'launches_of_deployment', key: { platformId: 1, byDeployment: 1, _id: -1 } },
      { collection: 'launches', name: 'launches_by_outcome', key: { outcome: 1, _id: -1 } },
      { collection: 'launches', name: 'launches_by_code', key: { byCode: 1, _id: -1 } },
      // The time comes last so that counting reads the index alone.
      { collection: 'launches', name: 'launches_of_course', key: { byCourse: 1, _id: -1, atMs: 1 } },
    ],
    // What restricts a session is a deployment now: one that names a platform only would be restricted no more.
    async documents({ remove }) {
      await remove('adminSessions', {});
    },
    laterDocuments: fillSearchFields,
  },
];
