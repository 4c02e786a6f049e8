/** ltijs as its quick start sets it up, but with its checks on (no `devMode`) and with a database in memory. */
import { pageOf, readInput, ready } from './input.js';
import { createLtijsDatabase, type LtijsDatabase } from './ltijs-database.js';

/** The part of the package that is used here. */
interface LtijsModule {
  default: {
    Provider: {
      setup(key: string, database: { plugin: LtijsDatabase }, options: object): unknown;
      onConnect(
        handler: (token: unknown, request: unknown, response: { send(page: string): unknown }) => unknown,
      ): void;
      deploy(options: { port: number; silent: boolean }): Promise<true>;
      registerPlatform(platform: object): Promise<unknown>;
    };
  };
}

const PACKAGE = 'ltijs';
const {
  default: { Provider: lti },
} = (await import(PACKAGE)) as LtijsModule;

const { port, pageBytes, jwksUrl, platform } = readInput();
const page = pageOf(pageBytes);

lti.setup(
  'a secret of the bench that is long enough',
  { plugin: createLtijsDatabase() },
  { appRoute: '/launch', loginRoute: '/login', cookies: { secure: false, sameSite: '' } },
);
lti.onConnect((_token, _request, response) => response.send(page));
await lti.deploy({ port, silent: true });
await lti.registerPlatform({
  url: platform.issuer,
  name: 'Platform of the bench',
  clientId: platform.clientId,
  authenticationEndpoint: platform.authorizationUrl,
  accesstokenEndpoint: `${platform.issuer}/token`,
  authConfig: { method: 'JWK_SET', key: jwksUrl },
});
ready();
