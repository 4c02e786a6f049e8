/** The adapters of this process, and the only way to ask them. */
import { AppError } from '../errors/app-error.js';
import {
  acceptsIssuerAnswer,
  applicationAnswer,
  courseAnswer,
  endpointsAnswer,
  registrationAnswer,
  rolesAnswer,
  tenantHintAnswer,
  viewerAnswer,
} from './answers.js';
import { callAdapter } from './call-adapter.js';
import type { LtiClaims } from './claims/lti-claims.js';
import { deepFreeze } from './freeze.js';
import type {
  Adapter,
  NeutralLaunch,
  PlatformEndpoints,
  RecognitionFacts,
  RegistrationContext,
  RegistrationStep,
} from './types.js';

const GENERIC = 'generic';

export interface AdapterRegistry {
  /** All adapters, in the order in which they were given. */
  list(): readonly Adapter[];
  /** @throws AppError `ADAPTER_UNKNOWN` */
  get(id: string): Adapter;
  /**
   * The adapter that is surest about an LMS; `generic` when none is. A proposal for new platforms, never a security
   * decision. An adapter that throws here, or answers anything but 0…1, is passed over.
   *
   * @throws AppError `ADAPTER_UNKNOWN` when no adapter answers and there is no `generic`.
   */
  recognise(facts: RecognitionFacts): Adapter;
  /**
   * Whether the adapter takes `issuer` for one of the platform that registered as `registered`; false when the adapter
   * knows no other issuers. Exact matches are the caller's business.
   *
   * @throws AppError `ADAPTER_UNKNOWN`, `ADAPTER_THREW`, `ADAPTER_RESULT_INVALID`
   */
  acceptsIssuer(adapterId: string, issuer: string, registered: string): boolean;
  /**
   * What the adapter makes of a launch, checked and deep-frozen. `settings` are those of the platform; missing ones
   * have defaults, unknown ones are ignored.
   *
   * @throws AppError `ADAPTER_UNKNOWN`, `ADAPTER_SETTINGS_INVALID`, `ADAPTER_THREW`, `ADAPTER_RESULT_INVALID`
   */
  toNeutralLaunch(adapterId: string, claims: LtiClaims, settings: Readonly<Record<string, unknown>>): NeutralLaunch;
  /** The guide for an LMS admin. Errors as for `toNeutralLaunch`. */
  registrationSteps(adapterId: string, context: RegistrationContext): readonly RegistrationStep[];
  /**
   * The usual endpoints of an LMS at this address; undefined when the adapter knows none. Errors as for
   * `toNeutralLaunch`.
   */
  endpoints(adapterId: string, address: URL): PlatformEndpoints | undefined;
}

/** @throws AppError `ADAPTER_INVALID` when two adapters share an id */
export function createAdapterRegistry(adapters: readonly Adapter[]): AdapterRegistry {
  const byId = new Map<string, Adapter>();
  for (const adapter of adapters) {
    if (byId.has(adapter.id)) {
      throw new AppError('ADAPTER_INVALID', {
        reason: `two adapters have the id ${adapter.id}`,
        details: { adapter: adapter.id },
      });
    }
    byId.set(adapter.id, adapter);
  }
  const all = Object.freeze([...adapters]);

  const get = (id: string): Adapter => {
    const adapter = byId.get(id);
    if (adapter === undefined) throw new AppError('ADAPTER_UNKNOWN', { details: { adapter: id } });
    return adapter;
  };

  return {
    list: () => all,
    get,

    recognise(facts) {
      let best: Adapter | undefined;
      let bestScore = 0;
      for (const adapter of all) {
        const score = scoreOf(adapter, facts);
        if (score > bestScore) [best, bestScore] = [adapter, score];
      }
      return best ?? get(GENERIC);
    },

    acceptsIssuer(adapterId, issuer, registered) {
      const adapter = get(adapterId);
      if (adapter.acceptsIssuer === undefined) return false;
      return callAdapter({ adapter: adapter.id, call: 'acceptsIssuer', answer: acceptsIssuerAnswer }, () =>
        adapter.acceptsIssuer?.(issuer, registered),
      );
    },

    toNeutralLaunch(adapterId, claims, storedSettings) {
      const adapter = get(adapterId);
      const settings = readSettings(adapter, storedSettings);
      const id = adapter.id;
      const course = callAdapter({ adapter: id, call: 'course', answer: courseAnswer }, () =>
        adapter.course(claims, settings),
      );
      return Object.freeze({
        adapterId: id,
        tenantHint: callAdapter({ adapter: id, call: 'tenantHint', answer: tenantHintAnswer }, () =>
          adapter.tenantHint(claims),
        ),
        viewer: callAdapter({ adapter: id, call: 'viewer', answer: viewerAnswer }, () =>
          adapter.viewer(claims, settings),
        ),
        ...(course === undefined ? {} : { course }),
        roles: callAdapter({ adapter: id, call: 'roles', answer: rolesAnswer }, () => adapter.roles(claims, settings)),
        application: callAdapter({ adapter: id, call: 'application', answer: applicationAnswer }, () =>
          adapter.application(claims, settings),
        ),
      });
    },

    registrationSteps(adapterId, context) {
      const adapter = get(adapterId);
      return callAdapter({ adapter: adapter.id, call: 'registration', answer: registrationAnswer }, () =>
        adapter.registration(context),
      );
    },

    endpoints(adapterId, { origin, pathname }) {
      const adapter = get(adapterId);
      if (adapter.endpoints === undefined) return undefined;
      return callAdapter({ adapter: adapter.id, call: 'endpoints', answer: endpointsAnswer }, () =>
        adapter.endpoints?.(origin + pathname.replace(/\/+$/, '')),
      );
    },
  };
}

/** `generic` is the floor: its own answer counts for nothing. */
function scoreOf(adapter: Adapter, facts: RecognitionFacts): number {
  if (adapter.id === GENERIC) return 0;
  try {
    const score: unknown = adapter.recognise(facts);
    return typeof score === 'number' && score >= 0 && score <= 1 ? score : 0;
  } catch {
    return 0;
  }
}

function readSettings(adapter: Adapter, stored: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const read = adapter.settings.safeParse(stored);
  if (read.success) return deepFreeze(read.data);
  const field = String(read.error.issues[0]?.path[0] ?? '');
  throw new AppError('ADAPTER_SETTINGS_INVALID', {
    reason: `adapter ${adapter.id}: setting ${field} has the wrong form`,
    details: { adapter: adapter.id, field },
  });
}
