import type { BlockedFrame, BlockedFrameStore } from '../ports.js';
import type { Commands } from './commands.js';
import type { Database } from './database.js';
import { idOf, toDocument, toRecord } from './documents.js';
import { assertPlatform } from './platforms.js';
import type { Writer } from './writer.js';

export function createBlockedFrameStore(database: Database, { write }: Writer): BlockedFrameStore {
  /** False when the origin is a new one. */
  const countOneMore = async (
    { update }: Commands,
    frame: Pick<BlockedFrame, 'platformId' | 'origin'>,
    nowMs: number,
  ): Promise<boolean> => {
    const change = { increase: { count: 1 }, raise: { lastAtMs: nowMs } };
    return (await update('blockedFrames', { _id: idOf('blockedFrames', frame) }, change)) !== undefined;
  };

  return {
    async note({ platformId, origin }, { nowMs, cap }) {
      const frame = { platformId, origin };
      // Browsers tell the same again and again: one that is known costs no transaction.
      if (await database.run((commands) => countOneMore(commands, frame, nowMs))) return 'noted';
      return write(async (transaction) => {
        if (await countOneMore(transaction, frame, nowMs)) return 'noted';
        if (cap < 1 || (await transaction.count('blockedFrames', { platformId }, cap)) >= cap) return 'full';
        await assertPlatform(transaction, platformId, 'a blocked frame');
        // The platform could be removed, and other origins could be told, at the same time.
        await transaction.holdChangeNumber();
        const record: BlockedFrame = { ...frame, count: 1, firstAtMs: nowMs, lastAtMs: nowMs };
        await transaction.insert('blockedFrames', [toDocument('blockedFrames', record)]);
        return 'noted';
      });
    },

    list: (platformId) =>
      database.run(async ({ find }) => {
        const filter = platformId === undefined ? {} : { platformId };
        const found = await find('blockedFrames', filter, { sort: { lastAtMs: -1, _id: 1 } });
        return found.map((document) => toRecord('blockedFrames', document));
      }),

    remove: (platformId, origin) =>
      database.run(async ({ take }) => {
        const _id = idOf('blockedFrames', { platformId, origin });
        return (await take('blockedFrames', { _id })) !== undefined;
      }),
  };
}
