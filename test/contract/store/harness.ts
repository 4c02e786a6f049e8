/** What a store brings to the contract suite. */
import type { DeploymentStatus, PlatformStatus, Store } from '../../../src/store/ports.js';
import type { StoreTarget } from '../../support/store-targets.js';

export type RecordKind =
  | 'platforms'
  | 'deployments'
  | 'tenants'
  | 'mappings'
  | 'consumedStates'
  | 'launches'
  | 'signingKeys'
  | 'installationKeys'
  | 'accounts'
  | 'courses'
  | 'mappingHistory'
  | 'viewers'
  | 'adminLinks'
  | 'adminSessions'
  | 'apiClients'
  | 'leases'
  | 'adminPersons'
  | 'blockedFrames'
  | 'jobs'
  | 'stagedSets'
  | 'stagedRows'
  | 'audit';

/** Reads and changes the data behind the store. */
export interface StoreProbe {
  count(kind: RecordKind): Promise<number>;
  /** The stored course key, category and account of each mapping, as the database holds them. */
  mappings(): Promise<{ courseKey: string; categoryId: string; accountId: string }[]>;
  /** All that the audit holds, as text. */
  auditText(): Promise<string>;
  setPlatformStatus(platformId: string, status: PlatformStatus): Promise<void>;
  setDeploymentStatus(platformId: string, deploymentId: string, status: DeploymentStatus): Promise<void>;
}

export interface StoreHarness {
  store: Store;
  /** The clock that the store was given. */
  clock: { set(nowMs: number): void };
  probe: StoreProbe;
  /** Opens the same data once more, as another process does. The suite closes it. */
  openAgain(): Promise<Store>;
  /** For `startStoreWorker`. */
  target: StoreTarget;
  /** Closes the store and removes its data. */
  dispose(): Promise<void>;
}

/** Opens an empty store whose clock stands at `NOW_MS`. */
export type OpenStore = () => Promise<StoreHarness>;

/** The harness of the running test. */
export type CurrentHarness = () => StoreHarness;
