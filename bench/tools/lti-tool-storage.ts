/**
 * Storage for @lti-tool/core in Maps, the part of its `LTIStorage` that logins and launches use. Its own memory package
 * is not on every registry; this one does no more than that could do with less.
 */
export interface LaunchConfig {
  iss: string;
  clientId: string;
  deploymentId: string;
  authUrl: string;
  tokenUrl: string;
  jwksUrl: string;
}

export interface LtiSession {
  id: string;
  user: { id: string };
}

export interface LtiToolStorage {
  getLaunchConfig(iss: string, clientId: string, deploymentId: string): Promise<LaunchConfig | undefined>;
  saveLaunchConfig(config: LaunchConfig): Promise<void>;
  storeNonce(nonce: string, expiresAt: Date): Promise<void>;
  /** True once per living nonce. */
  validateNonce(nonce: string): Promise<boolean>;
  addSession(session: LtiSession): Promise<string>;
  getSession(id: string): Promise<LtiSession | undefined>;
}

/** Sessions that are kept; older ones go, as they would with any expiry. */
const MAX_SESSIONS = 1_000;

export function createLtiToolStorage(): LtiToolStorage {
  const configs = new Map<string, LaunchConfig>();
  const nonces = new Map<string, number>();
  const sessions = new Map<string, LtiSession>();
  const keyOf = (...parts: string[]): string => parts.join('\n');
  return {
    getLaunchConfig: async (iss, clientId, deploymentId) => configs.get(keyOf(iss, clientId, deploymentId)),
    async saveLaunchConfig(config) {
      configs.set(keyOf(config.iss, config.clientId, config.deploymentId), config);
    },
    async storeNonce(nonce, expiresAt) {
      nonces.set(nonce, expiresAt.getTime());
    },
    async validateNonce(nonce) {
      const expiresAtMs = nonces.get(nonce);
      nonces.delete(nonce);
      return expiresAtMs !== undefined && expiresAtMs > Date.now();
    },
    async addSession(session) {
      sessions.set(session.id, session);
      const [oldest] = sessions.keys();
      if (sessions.size > MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
      return session.id;
    },
    getSession: async (id) => sessions.get(id),
  };
}
