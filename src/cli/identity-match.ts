/** `playcontext identity match`: under which rule does Kaltura know the people of a roster? Changes nothing. */
import { matchCandidates, matchRows, parseRoster, type MatchRow } from '../identity/roster.js';
import {
  adapterOf,
  getTenant,
  printTable,
  settingsOf,
  toTry,
  wishOf,
  type IdentityTools,
  type RuleOptions,
} from './identity-tools.js';
import { count } from './identity-preview.js';

export interface MatchOptions extends RuleOptions {
  /** Namespace. */
  tenant: string;
}

export async function matchRoster(tools: IdentityTools, csv: string, options: MatchOptions): Promise<void> {
  const { kaltura, pseudonymKey, print, personal } = tools;
  const tenant = await getTenant(tools, options.tenant);
  const roster = parseRoster(csv);
  const present = settingsOf(tools, tenant);
  const wish = toTry(wishOf(options, await adapterOf(tools, tenant)));
  const further = [present, ...(wish ? [wish] : [])].map(({ ruleText, rule }) => ({ text: ruleText, rule }));
  const candidates = matchCandidates(roster, further, { tenant, pseudonymKey });
  const account = kaltura.account(tenant.accountId);
  const existing = await kaltura.existingViewerIds(account, [...new Set(candidates.flatMap(({ ids }) => ids))]);
  const rows = matchRows(candidates, existing);

  print(`${count(roster.people.length, 'person', 'people')} in the roster; columns ${roster.columns.join(', ')}`);
  print('');
  printTable(print, [
    ['rule', 'gives an id', 'in Kaltura', 'other capitals', ...(personal ? ['examples'] : [])],
    ...rows.map(({ text, usable, exact, otherCase, examples }) => [
      text === present.ruleText ? `${text} (now)` : text,
      ...[usable, exact, otherCase].map(String),
      ...(personal ? [examples.join(', ')] : []),
    ]),
  ]);
  print('');
  const best = rows.reduce<MatchRow | undefined>((a, b) => (b.exact > (a?.exact ?? 0) ? b : a), undefined);
  if (!best) {
    print('Kaltura knows none of these people under any of these rules. The default rule splits nobody’s history.');
  } else if (best.text === present.ruleText) {
    print(`The rule of now fits best: ${best.exact} of ${roster.people.length} keep their history.`);
  } else {
    print(
      `${best.text} fits best: ${best.exact} of ${roster.people.length} keep their history. To see what it changes:`,
    );
    print(
      `  playcontext identity rule ${tenant.namespace} --set '${best.text}'${shares(best.text) ? ' --share-ids' : ''}`,
    );
  }
}

const shares = (text: string): boolean => text.startsWith('{') && !text.startsWith('{namespace}');
