/** Then → now, one row per answer, in the words of the screen. Persons stay as hidden as they are in the list. */
import type { ErrorCode } from '../../errors/catalogue.js';
import type { Replay, Replayed } from '../../launch/replay.js';
import type { Keyring } from '../../runtime/keyring.js';
import type { ViewerId } from '../../runtime/ids.js';
import type { LaunchRecord, TenantRecord } from '../../store/ports.js';
import type { Messages } from '../../ui/translate.js';
import { shownPerson } from './launch-person.js';

export interface ReplayRow {
  field: 'access' | 'person' | 'category' | 'entry' | 'application' | 'player';
  then: string | undefined;
  now: string | undefined;
  /** Of what would fail. */
  code?: ErrorCode;
  reason?: string;
  /** What an admin should know about the answer. */
  note?: string;
  changed: boolean;
}

export interface ReplayView {
  /** The code with which the launch would end; absent: it would play. */
  failure: ErrorCode | undefined;
  rows: ReplayRow[];
}

interface Context {
  tenant: TenantRecord | undefined;
  keyring: Keyring;
  text: Messages['text'];
}

export function replayRows(replay: Replay, record: LaunchRecord, context: Context): ReplayView {
  const { text } = context;
  const person = (viewerId: ViewerId): string => {
    const shown = shownPerson(viewerId, context.tenant, context.keyring);
    return shown.viewerId ?? text('admin.launches.hidden', { alias: shown.alias ?? '' });
  };
  const row = <Value>(
    field: ReplayRow['field'],
    then: string | undefined,
    answer: Replayed<Value>,
    show: (value: Value) => string | undefined,
    note?: string,
  ): ReplayRow => {
    const now = answer.outcome === 'given' ? show(answer.value) : undefined;
    return {
      field,
      then,
      now,
      changed: answer.outcome === 'failed' || (then !== undefined && now !== undefined && then !== now),
      ...(answer.outcome === 'failed' ? { code: answer.code } : {}),
      ...(answer.outcome === 'failed' && answer.reason !== undefined ? { reason: answer.reason } : {}),
      ...(note === undefined ? {} : { note }),
    };
  };
  const { access, viewer, category, entry, application, player } = replay;
  const made = category.outcome === 'given' ? category.value.wouldCreate : undefined;
  const unmapped = text('admin.replay.unmapped');

  const rows = [
    row('access', undefined, access, () => text('admin.replay.open')),
    row(
      'person',
      record.viewerId && person(record.viewerId),
      viewer,
      ({ viewerId }) => person(viewerId),
      viewer.outcome === 'given' && viewer.value.wouldPin ? text('admin.replay.wouldPin') : undefined,
    ),
    row(
      'category',
      record.categoryId ?? (record.categoryOrigin === 'unmapped' ? unmapped : undefined),
      category,
      ({ categoryId, wouldCreate }) => categoryId ?? (wouldCreate === undefined ? unmapped : wouldCreate),
      made === undefined
        ? category.outcome === 'given'
          ? category.value.categoryFullName
          : undefined
        : text('admin.replay.wouldCreate'),
    ),
    row(
      'entry',
      record.entryId,
      entry,
      ({ entryId }) => entryId,
      entry.withoutSignature ? text('admin.replay.unsigned') : undefined,
    ),
    row('application', record.applicationName, application, (name) => name),
    row('player', undefined, player, String),
  ];
  return { failure: rows.find(({ code }) => code !== undefined)?.code, rows };
}
