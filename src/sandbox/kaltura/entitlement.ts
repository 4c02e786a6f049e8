/** Who may see which category and entry, on an account whose entitlement is enforced. */
import type { Account, Category } from './account.js';
import { grants, type Session } from './sessions.js';

export interface Entitlement {
  /** The account enforces it, and the session does not switch it off. */
  appliesTo(session: Session | undefined): boolean;
  /** What `category.list` and `category.get` show. */
  seesCategory(session: Session | undefined, category: Category): boolean;
  /** Playback, thumbnail, captions and listing of an entry. `sview` does not help here. */
  seesEntry(session: Session | undefined, entryId: string): boolean;
}

/** The context that categories without any privacy context belong to. */
const DEFAULT_CONTEXT = '';

export function createEntitlement({ account, enforced }: { account: Account; enforced: boolean }): Entitlement {
  const applies = (session: Session | undefined): boolean =>
    enforced && session?.privilegeValues.has('disableentitlement') !== true;

  const contextsOf = (session: Session | undefined): readonly string[] => {
    const named = session?.privilegeValues.get('privacycontext') ?? [];
    return named.length === 0 ? [DEFAULT_CONTEXT] : named;
  };

  const shares = (session: Session | undefined, category: Category): boolean => {
    const own = account.privacyContexts(category);
    const contexts = own.length === 0 ? [DEFAULT_CONTEXT] : own;
    return contextsOf(session).some((context) => contexts.includes(context));
  };

  return {
    appliesTo: applies,
    seesCategory: (session, category) => !applies(session) || shares(session, category),
    seesEntry(session, entryId) {
      if (!applies(session) || grants(session, 'disableentitlementforentry', entryId)) return true;
      const categories = account.categoriesOf(entryId);
      if (categories.length === 0) return contextsOf(session).includes(DEFAULT_CONTEXT);
      return categories.some((category) => shares(session, category));
    },
  };
}
