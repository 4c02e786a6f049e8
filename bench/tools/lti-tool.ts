/**
 * `@lti-tool/core` as its quick start uses it, on `node:http`: the launch is answered at once, without the redirect and
 * the third request that its framework packages add. Its best case.
 */
import { serveForms } from './form-server.js';
import { pageOf, readInput } from './input.js';
import { createLtiToolStorage, type LtiSession, type LtiToolStorage } from './lti-tool-storage.js';

/** The part of the package that is used here; its types are there only when it is installed. */
interface LtiToolModule {
  LTITool: new (config: { stateSecret: Uint8Array; keyPair: unknown; storage: LtiToolStorage }) => {
    handleLogin(params: Record<string, string>): Promise<string>;
    verifyLaunch(idToken: string, state: string): Promise<object>;
    createSession(payload: object): Promise<LtiSession>;
  };
}

/** The package as one file, which `processes/prepare.ts` makes: Node alone can't load it. */
const PACKAGE = './lti-tool-core.js';
const { LTITool } = (await import(PACKAGE)) as LtiToolModule;

const { port, pageBytes, jwksUrl, platform } = readInput();
const page = pageOf(pageBytes);
const launchUrl = `http://127.0.0.1:${port}/launch`;
const { issuer: iss, clientId, deploymentId, authorizationUrl: authUrl } = platform;

const storage = createLtiToolStorage();
await storage.saveLaunchConfig({ iss, clientId, deploymentId, authUrl, tokenUrl: `${iss}/token`, jwksUrl });
const tool = new LTITool({
  stateSecret: new TextEncoder().encode('a secret of the bench that is long enough'),
  keyPair: await crypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
    true,
    ['sign', 'verify'],
  ),
  storage,
});

serveForms(port, {
  '/login': async (form) => ({ redirectTo: await tool.handleLogin({ ...Object.fromEntries(form), launchUrl }) }),
  '/launch': async (form) => {
    try {
      await tool.createSession(await tool.verifyLaunch(form.get('id_token') ?? '', form.get('state') ?? ''));
      return { status: 200, page };
    } catch {
      return { status: 401, page: 'The launch is not genuine.' };
    }
  },
});
