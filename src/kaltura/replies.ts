/** The shapes of API replies, checked before anything is done with them. Unknown fields are dropped. */
import { z } from 'zod';
import { isCategoryId, type CategoryId } from '../runtime/ids.js';

const categoryId = z
  .number()
  .int()
  .positive()
  .transform((id, context) => {
    const text = String(id);
    if (isCategoryId(text)) return text;
    context.addIssue({ code: 'custom', message: 'not a category id' });
    return z.NEVER;
  });

/** `3>4>86091`: from the root down. */
const fullIds = z.string().transform((text, context): CategoryId[] => {
  const ids = text.split('>');
  if (ids.every(isCategoryId)) return ids;
  context.addIssue({ code: 'custom', message: 'not a path of category ids' });
  return z.NEVER;
});

export const categoryReply = z.object({
  id: categoryId,
  fullName: z.string().min(1),
  referenceId: z.string().optional(),
  /** 0 for a category at the top. */
  parentId: z.number().int().nonnegative().optional(),
  /** Entries assigned to the category itself; `entriesCount` would count those of its descendants too. */
  directEntriesCount: z.number().int().nonnegative().optional(),
  /** 1 updating, 2 active, 3 deleted, 4 purged. */
  status: z.number().int().optional(),
});

export const categoryEntryReply = z.object({
  categoryId,
  entryId: z.string(),
  categoryFullIds: fullIds.optional(),
  /** 1 pending, 2 active, 3 deleted, 4 rejected. */
  status: z.number().int(),
});

export const baseEntryReply = z.object({
  id: z.string(),
  name: z.string().default(''),
  /** Whole seconds. Absent for what does not play, and for live streams. */
  duration: z.number().nonnegative().default(0),
});

const userReply = z.object({ id: z.string() });

// Kaltura leaves empty values out of its replies, so an empty list may come without `objects`.
const listOf = <Item extends z.ZodType>(item: Item) => z.object({ objects: z.array(item).default([]) });

export const categoryListReply = listOf(categoryReply);
export const categoryEntryListReply = listOf(categoryEntryReply);
export const userListReply = listOf(userReply);
export const pingReply = z.literal(true);
/** What an action without a result answers; some servers answer nothing at all. */
export const voidReply = z.union([z.null(), z.undefined(), z.literal('')]);

/** What the API says instead of a result, with HTTP status 200. `args` is `[]` when there are none. */
export const apiException = z.object({
  code: z.string(),
  message: z.string(),
  args: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
});

export type CategoryReply = z.output<typeof categoryReply>;
export type CategoryEntryReply = z.output<typeof categoryEntryReply>;
export type BaseEntryReply = z.output<typeof baseEntryReply>;
export type UserReply = z.output<typeof userReply>;
