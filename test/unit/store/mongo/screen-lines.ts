/** What each case of `screen-cases.ts` sends to a server with transactions, in this order. */
import { AUDIT, COMMIT } from './command-lines.js';

const HELD = 'findAndModify meta {"_id":"changes"} $inc {"held":1} or insert';
const IDS = Array.from({ length: 500 }, (_, row) => `"r${row}"`).join(',');

export const screenLines: Record<string, string[]> = {
  'audit.note': ['find audit {} by {"_id":-1} limit 1 only _id', HELD, 'insert audit "<id>"', COMMIT],
  'adminPersons.find': ['find adminPersons {"_id":"[\\"p\\",\\"d\\",\\"s\\"]"} limit 1'],
  'adminPersons.ask': [
    'find adminPersons {"_id":"[\\"p\\",\\"d\\",\\"s\\"]"} limit 1',
    'find adminPersons {"_id":"[\\"p\\",\\"d\\",\\"s\\"]"} limit 1',
    'aggregate adminPersons pipeline [{"$match":{"platformId":"p","status":"asked"}},{"$limit":3},{"$group":{"_id":1,"n":{"$sum":1}}}]',
    'find platforms {"_id":"p"} limit 1',
    HELD,
    'insert adminPersons "[\\"p\\",\\"d\\",\\"s\\"]"',
    COMMIT,
  ],
  'adminPersons.ask, known': ['find adminPersons {"_id":"[\\"p\\",\\"d\\",\\"s\\"]"} limit 1'],
  'adminPersons.ask, nobody may': [
    'find adminPersons {"_id":"[\\"p\\",\\"d\\",\\"s\\"]"} limit 1',
    'find adminPersons {"_id":"[\\"p\\",\\"d\\",\\"s\\"]"} limit 1',
    COMMIT,
  ],
  'adminPersons.ask, full': [
    'find adminPersons {"_id":"[\\"p\\",\\"d\\",\\"s\\"]"} limit 1',
    'find adminPersons {"_id":"[\\"p\\",\\"d\\",\\"s\\"]"} limit 1',
    'aggregate adminPersons pipeline [{"$match":{"platformId":"p","status":"asked"}},{"$limit":1},{"$group":{"_id":1,"n":{"$sum":1}}}]',
    COMMIT,
  ],
  'adminPersons.approve': [
    'find adminPersons {"_id":"[\\"p\\",\\"d\\",\\"s\\"]"} limit 1',
    ...AUDIT,
    'delete adminSessions {"adminId":"lti:p:s","deployment.platformId":"p","deployment.deploymentId":"d"}',
    'delete adminLinks {"adminId":"lti:p:s","deployment.platformId":"p","deployment.deploymentId":"d"}',
    'findAndModify adminPersons {"_id":"[\\"p\\",\\"d\\",\\"s\\"]"} $set platformId,deploymentId,subject,sealedName,status,role,askedAtMs,decidedAtMs',
    COMMIT,
  ],
  'adminPersons.approve, as before': ['find adminPersons {"_id":"[\\"p\\",\\"d\\",\\"s\\"]"} limit 1', COMMIT],
  'adminPersons.remove': [
    'find adminPersons {"_id":"[\\"p\\",\\"d\\",\\"s\\"]"} limit 1',
    ...AUDIT,
    'delete adminSessions {"adminId":"lti:p:s","deployment.platformId":"p","deployment.deploymentId":"d"}',
    'delete adminLinks {"adminId":"lti:p:s","deployment.platformId":"p","deployment.deploymentId":"d"}',
    'findAndModify adminPersons {"_id":"[\\"p\\",\\"d\\",\\"s\\"]"} remove',
    COMMIT,
  ],
  'adminPersons.list': ['find adminPersons {} by {"askedAtMs":-1,"_id":1} limit 500'],
  'adminPersons.list, of a platform': ['find adminPersons {"platformId":"p"} by {"askedAtMs":-1,"_id":1} limit 500'],
  'blockedFrames.note, known': [
    'findAndModify blockedFrames {"_id":"[\\"p\\",\\"https://portal.example.edu\\"]"} $max {"lastAtMs":1790000000000} $inc {"count":1}',
  ],
  'blockedFrames.note, new': [
    'findAndModify blockedFrames {"_id":"[\\"p\\",\\"https://portal.example.edu\\"]"} $max {"lastAtMs":1790000000000} $inc {"count":1}',
    'findAndModify blockedFrames {"_id":"[\\"p\\",\\"https://portal.example.edu\\"]"} $max {"lastAtMs":1790000000000} $inc {"count":1}',
    'aggregate blockedFrames pipeline [{"$match":{"platformId":"p"}},{"$limit":3},{"$group":{"_id":1,"n":{"$sum":1}}}]',
    'find platforms {"_id":"p"} limit 1',
    HELD,
    'insert blockedFrames "[\\"p\\",\\"https://portal.example.edu\\"]"',
    COMMIT,
  ],
  'blockedFrames.note, full': [
    'findAndModify blockedFrames {"_id":"[\\"p\\",\\"https://portal.example.edu\\"]"} $max {"lastAtMs":1790000000000} $inc {"count":1}',
    'findAndModify blockedFrames {"_id":"[\\"p\\",\\"https://portal.example.edu\\"]"} $max {"lastAtMs":1790000000000} $inc {"count":1}',
    'aggregate blockedFrames pipeline [{"$match":{"platformId":"p"}},{"$limit":1},{"$group":{"_id":1,"n":{"$sum":1}}}]',
    COMMIT,
  ],
  'blockedFrames.list': ['find blockedFrames {} by {"lastAtMs":-1,"_id":1}'],
  'blockedFrames.list, of a platform': ['find blockedFrames {"platformId":"p"} by {"lastAtMs":-1,"_id":1}'],
  'blockedFrames.remove': ['findAndModify blockedFrames {"_id":"[\\"p\\",\\"https://portal.example.edu\\"]"} remove'],
  'jobs.add': ['insert jobs "j"'],
  'jobs.find': ['find jobs {"_id":"j"} limit 1'],
  'jobs.list': ['find jobs {} by {"_id":-1} limit 2'],
  'jobs.list, of a tenant and kind, further': [
    'find jobs {"_id":{"$lt":"j"},"kind":"courses.apply-changes","tenantId":"t"} by {"_id":-1} limit 2',
  ],
  'jobs.claim, none': [
    'find jobs {"kind":{"$in":["a","b"]},"status":"waiting","leaseEndsAtMs":{"$lte":1790000000000}} by {"_id":1} limit 1 only startedAtMs',
  ],
  'jobs.claim, for the first time': [
    'find jobs {"kind":{"$in":["a"]},"status":"waiting","leaseEndsAtMs":{"$lte":1790000000000}} by {"_id":1} limit 1 only startedAtMs',
    'findAndModify jobs {"kind":{"$in":["a"]},"status":"waiting","leaseEndsAtMs":{"$lte":1790000000000},"_id":"j"} $set {"holder":"me","leaseEndsAtMs":1790000000005,"startedAtMs":1790000000000}',
  ],
  'jobs.claim, once more': [
    'find jobs {"kind":{"$in":["a"]},"status":"waiting","leaseEndsAtMs":{"$lte":1790000000000}} by {"_id":1} limit 1 only startedAtMs',
    'findAndModify jobs {"kind":{"$in":["a"]},"status":"waiting","leaseEndsAtMs":{"$lte":1790000000000},"_id":"j"} $set {"holder":"other","leaseEndsAtMs":1790000000005}',
  ],
  'jobs.progress': [
    'findAndModify jobs {"_id":"j","status":"waiting","holder":"me"} $set {"done":1,"leaseEndsAtMs":1790000000005}',
  ],
  'jobs.progress, with all': [
    'findAndModify jobs {"_id":"j","status":"waiting","holder":"me"} $set {"done":1,"total":3,"state":"{\\"after\\":7}","leaseEndsAtMs":1790000000005}',
  ],
  'jobs.finish': [
    'findAndModify jobs {"_id":"j","status":"waiting","holder":"me"} $unset {"holder":1} $set {"status":"done","result":"{\\"changed\\":2}","finishedAtMs":1790000000000}',
  ],
  'jobs.finish, failed': [
    'findAndModify jobs {"_id":"j","status":"waiting","holder":"me"} $unset {"holder":1} $set {"status":"failed","errorCode":"STORE_BUSY","finishedAtMs":1790000000000}',
  ],
  'jobs.requestCancel, waiting': [
    'find jobs {"_id":"j"} limit 1',
    'findAndModify jobs {"_id":"j","status":"waiting","holder":{"$exists":false}} $set {"cancelRequested":true,"status":"cancelled","finishedAtMs":1790000000000}',
    ...AUDIT,
    COMMIT,
  ],
  'jobs.requestCancel, running': [
    'find jobs {"_id":"j"} limit 1',
    'findAndModify jobs {"_id":"j","status":"waiting","holder":"me"} $set {"cancelRequested":true}',
    ...AUDIT,
    COMMIT,
  ],
  'jobs.requestCancel, asked before': ['find jobs {"_id":"j"} limit 1', COMMIT],
  'jobs.requestCancel, ended': ['find jobs {"_id":"j"} limit 1', COMMIT],
  'jobs.sweep': [
    'find jobs {"finishedAtMs":{"$lt":1790000000000}} by {"finishedAtMs":1} limit 2 only _id',
    'delete jobs {"_id":{"$in":["j"]}}',
  ],
  'stagedChanges.create': ['insert stagedSets "<id>"'],
  'stagedChanges.append': [
    'find stagedSets {"_id":"x","status":"reading","expiresAtMs":{"$gt":1790000000000}} limit 1 only _id',
    'aggregate stagedRows pipeline [{"$match":{"_id":{"$in":["[\\"x\\",\\"1\\"]","[\\"x\\",\\"2\\"]","[\\"x\\",\\"3\\"]","[\\"x\\",\\"4\\"]","[\\"x\\",\\"5\\"]"]}}},{"$limit":1},{"$group":{"_id":1,"n":{"$sum":1}}}]',
    'insert stagedRows "[\\"x\\",\\"1\\"]" "[\\"x\\",\\"2\\"]" "[\\"x\\",\\"3\\"]" "[\\"x\\",\\"4\\"]" "[\\"x\\",\\"5\\"]"',
    'findAndModify stagedSets {"_id":"x","status":"reading","expiresAtMs":{"$gt":1790000000000}} $inc counts.add,launches,counts.change,counts.same,counts.error $set {"done":5,"total":7,"updatedAtMs":1790000000000}',
    COMMIT,
  ],
  'stagedChanges.append, nothing but progress': [
    'find stagedSets {"_id":"x","status":"reading","expiresAtMs":{"$gt":1790000000000}} limit 1 only _id',
    'findAndModify stagedSets {"_id":"x","status":"reading","expiresAtMs":{"$gt":1790000000000}} $set {"done":5,"updatedAtMs":1790000000000}',
    COMMIT,
  ],
  'stagedChanges.setStatus': [
    'findAndModify stagedSets {"_id":"x","status":"reading","expiresAtMs":{"$gt":1790000000000}} $set {"status":"ready","updatedAtMs":1790000000000}',
    COMMIT,
  ],
  'stagedChanges.setStatus, with all': [
    'findAndModify stagedSets {"_id":"x","status":"applying","expiresAtMs":{"$gt":1790000000000}} $set status,jobId,errorCode,reason,report,updatedAtMs',
    COMMIT,
  ],
  'stagedChanges.find': ['find stagedSets {"_id":"x","expiresAtMs":{"$gt":1790000000000}} limit 1'],
  'stagedChanges.list': [
    'find stagedSets {"tenantId":"t","expiresAtMs":{"$gt":1790000000000}} by {"_id":-1} limit 100',
  ],
  'stagedChanges.rows': ['find stagedRows {"setId":"x"} by {"row":1} limit 2'],
  'stagedChanges.rows, of some effects, further': [
    'find stagedRows {"setId":"x","effect":{"$in":["error","add"]},"row":{"$gt":7}} by {"row":1} limit 2',
  ],
  'stagedChanges.remove, the last rows': [
    'find stagedRows {"setId":"x"} limit 500 only _id',
    'findAndModify stagedSets {"_id":"x"} $set {"expiresAtMs":0}',
    'delete stagedRows {"_id":{"$in":["r"]}}',
    'findAndModify stagedSets {"_id":"x"} remove',
    COMMIT,
  ],
  'stagedChanges.remove, some rows': [
    'find stagedRows {"setId":"x"} limit 500 only _id',
    'findAndModify stagedSets {"_id":"x"} $set {"expiresAtMs":0}',
    `delete stagedRows {"_id":{"$in":[${IDS}]}}`,
    COMMIT,
  ],
  'stagedChanges.expired': [
    'find stagedSets {"expiresAtMs":{"$lte":1790000000000}} by {"expiresAtMs":1} limit 2 only _id',
  ],
  'launches.find': ['find launches {"_id":"l"} limit 1'],
  'launches.list, with every filter': [
    'find launches {"byCourse":"[\\"t\\",\\"15\\"]","platformId":"p","byDeployment":"d","outcome":"failed","byCode":"MAPPING_MISSING","_id":{"$lt":"l"}} by {"_id":-1} limit 2',
  ],
  'launches.countByCourse': [
    'aggregate launches pipeline [{"$match":{"byCourse":{"$in":["[\\"t\\",\\"15\\"]","[\\"t\\",\\"16\\"]"]},"atMs":{"$gte":1790000000000}}},{"$group":{"_id":"$byCourse","n":{"$sum":1}}}]',
  ],
};
