/** Connecting an LMS: choose it, follow its steps, enter what it gives back. */
import { AppError } from '../../errors/app-error.js';
import type { Parameters, RequestFacts } from '../../http/types.js';
import type { Adapter } from '../../adapter-sdk/types.js';
import type { AdminRoute, AdminScreen } from '../../ui/admin-screen.js';
import { addPlatform, checkPlatformInput, type PlatformInput } from '../add-platform.js';
import { discoverPlatform, type Discovery, type FoundEndpoints } from '../discover-platform.js';
import { NEW_PLATFORM_PATH, newPlatformPath, PLATFORMS_PATH, platformPath } from './paths.js';
import { linesOf, problemsOf, type FieldProblem } from '../platform-fields.js';
import {
  adapterTitle,
  formOf,
  pageFrame,
  problemViews,
  template,
  type PlatformScreensDependencies,
} from './screen-parts.js';
import { findTwin } from './settings/connection-settings.js';
import { UNMAPPED_POLICIES } from './settings/course-settings.js';
import type { FieldView } from './settings/setting.js';
import { toolEndpoints } from '../tool-endpoints.js';

const CHOOSE = template('choose');
const CONNECT = template('connect');
const GENERIC = 'generic';

const REQUIRED = ['issuer', 'clientId', 'authorizationUrl', 'jwksUrl'] as const;
const OPTIONAL = ['tokenUrl', 'tokenAudience'] as const;
const ENDPOINTS = ['issuer', 'authorizationUrl', 'jwksUrl', 'tokenUrl', 'tokenAudience'] as const;

type Values = Readonly<Record<string, string>>;

/** An address in three parts, so that the host can stand out. */
function partsOf(address: string): { before: string; host: string; after: string } {
  const { protocol, host } = new URL(address);
  const before = `${protocol}//`;
  return { before, host, after: address.slice(before.length + host.length) };
}

interface FoundView {
  name: (typeof ENDPOINTS)[number];
  text: string;
  parts: ReturnType<typeof partsOf> | undefined;
  /** Another host than the issuer's. */
  foreign: boolean;
}

function foundViews(endpoints: FoundEndpoints): FoundView[] {
  const issuerHost = new URL(endpoints.issuer).host;
  return ENDPOINTS.flatMap((name) => {
    const text = endpoints[name];
    if (text === undefined) return [];
    const parts = name !== 'tokenAudience' && URL.canParse(text) ? partsOf(text) : undefined;
    return [{ name, text, parts, foreign: parts !== undefined && parts.host !== issuerHost }];
  });
}

export function createConnectScreens(deps: PlatformScreensDependencies): AdminRoute[] {
  const { store, registry, config, publicUrl } = deps;
  const accounts = Object.keys(config.kaltura.accounts);

  const requireAdapter = ({ params }: Pick<RequestFacts, 'params'>): Adapter => {
    const adapter = registry.list().find(({ id }) => id === params['adapterId']);
    if (!adapter) throw new AppError('HTTP_NOT_FOUND', { reason: 'there is no such adapter' });
    return adapter;
  };

  const fieldsOf = (values: Values, { text }: AdminScreen['messages']): FieldView[] => {
    const entry = (name: (typeof REQUIRED)[number] | (typeof OPTIONAL)[number]): FieldView => ({
      name,
      label: text(`platforms.field.${name}`),
      hint: text(`platforms.field.${name}.hint`),
      kind: 'text',
      value: values[name] ?? '',
      exact: true,
    });
    return [
      {
        name: 'name',
        label: text('platforms.field.name'),
        hint: text('platforms.field.name.hint'),
        kind: 'text',
        value: values['name'] ?? '',
        maxLength: 100,
      },
      ...REQUIRED.map(entry),
      {
        name: 'deploymentIds',
        label: text('platforms.field.deploymentIds'),
        hint: text('platforms.field.deploymentIds.hint'),
        kind: 'lines',
        value: values['deploymentIds'] ?? '',
        exact: true,
      },
      ...OPTIONAL.map(entry),
      {
        name: 'unmappedCourse',
        label: text('platforms.field.unmappedCourse'),
        kind: 'choice',
        value: values['unmappedCourse'] ?? UNMAPPED_POLICIES[0],
        options: UNMAPPED_POLICIES.map((policy) => ({
          value: policy,
          label: text(`platforms.unmapped.${policy}`),
          hint: text(`platforms.unmapped.${policy}.hint`),
        })),
      },
      ...(accounts.length > 1
        ? [
            {
              name: 'account',
              label: text('platforms.field.account'),
              kind: 'select' as const,
              value: values['account'] ?? accounts[0] ?? '',
              options: accounts.map((id) => ({ value: id, label: id })),
            },
          ]
        : []),
    ];
  };

  interface Shown {
    values: Values;
    problems?: readonly FieldProblem[];
    discovery?: Discovery;
    status?: number;
  }

  const show = (adapter: Adapter, screen: AdminScreen, { values, problems = [], discovery, status }: Shown) => {
    const { text } = screen.messages;
    const found = discovery?.ok ? discovery : undefined;
    const fields = fieldsOf(values, screen.messages);
    const looksLike = found && found.adapterId !== adapter.id ? found.adapterId : undefined;
    return screen.page(
      CONNECT,
      {
        ...pageFrame,
        title: text('platforms.connect.title', { lms: adapter.title }),
        lms: adapter.title,
        url: newPlatformPath(adapter.id),
        chooseUrl: NEW_PLATFORM_PATH,
        steps: registry.registrationSteps(adapter.id, toolEndpoints(publicUrl)),
        address: values['address'] ?? '',
        knowsEndpoints: adapter.endpoints !== undefined,
        fields,
        problems: problemViews(problems, screen, fields),
        twin: problems.some(({ problem }) => problem === 'twin'),
        hasAccount: accounts.length > 0,
        found: found && { source: found.source, unread: found.unread, endpoints: foundViews(found.endpoints) },
        looksLike: looksLike && {
          title: adapterTitle(registry, looksLike),
          url: `${newPlatformPath(looksLike)}?address=${encodeURIComponent(values['address'] ?? '')}`,
        },
      },
      status,
    );
  };

  const typed = (form: Parameters): Values => Object.fromEntries(form.entries());
  const isSet = (form: Parameters, name: string): boolean => (form.get(name) ?? '').trim() !== '';

  /** Asked for by its button; or the address is all that was typed before Enter. */
  const wantsDiscovery = (form: Parameters): boolean =>
    form.get('action') === 'discover' ||
    (isSet(form, 'address') && !REQUIRED.some((name) => name !== 'clientId' && isSet(form, name)));

  const discover = async (adapter: Adapter, form: Parameters, screen: AdminScreen) => {
    const values = typed(form);
    const discovery = await discoverPlatform({ address: values['address'] ?? '', adapterId: adapter.id }, deps);
    if (!discovery.ok) {
      return show(adapter, screen, {
        values,
        problems: [{ field: 'address', problem: discovery.problem }],
        status: 422,
      });
    }
    const found = Object.fromEntries(ENDPOINTS.map((name) => [name, discovery.endpoints[name] ?? values[name] ?? '']));
    const host = new URL(discovery.endpoints.issuer).host;
    const name = values['name']?.trim() || `${adapter.id === GENERIC ? '' : `${adapter.title} `}${host}`;
    return show(adapter, screen, { values: { ...values, ...found, name }, discovery });
  };

  const inputOf = (adapter: Adapter, form: Parameters): PlatformInput => {
    const [account = ''] = accounts;
    return {
      name: form.get('name') ?? '',
      issuer: form.get('issuer') ?? '',
      clientId: form.get('clientId') ?? '',
      authorizationUrl: form.get('authorizationUrl') ?? '',
      jwksUrl: form.get('jwksUrl') ?? '',
      ...(isSet(form, 'tokenUrl') ? { tokenUrl: form.get('tokenUrl') ?? '' } : {}),
      ...(isSet(form, 'tokenAudience') ? { tokenAudience: form.get('tokenAudience') ?? '' } : {}),
      deploymentIds: linesOf(form.get('deploymentIds') ?? ''),
      adapter: adapter.id,
      accountId: accounts.length > 1 ? (form.get('account') ?? '') : account,
      unmappedCourse: UNMAPPED_POLICIES.find((policy) => policy === form.get('unmappedCourse')) ?? 'play',
      entryPolicy: 'root',
      frameOrigins: [],
      acceptedIssuers: [],
    };
  };

  const connect = async (adapter: Adapter, form: Parameters, screen: AdminScreen) => {
    const input = inputOf(adapter, form);
    const checked = checkPlatformInput(input, config);
    const problems = checked.success ? [] : problemsOf(checked.error);
    if (!accounts.includes(input.accountId)) problems.push({ field: 'account', problem: 'account' });
    const twin = checked.success && form.get('twin') !== 'yes' ? await findTwin(checked.data, store) : undefined;
    if (twin) problems.push({ field: 'clientId', problem: 'twin', detail: twin.name });
    if (problems.length > 0) return show(adapter, screen, { values: typed(form), problems, status: 422 });

    const added = await addPlatform(input, screen.actor, deps);
    return screen.redirect(platformPath(added.id, 'first-launch'), {
      text: screen.messages.text('platforms.connect.done', { name: added.name }),
    });
  };

  return [
    {
      method: 'GET',
      path: NEW_PLATFORM_PATH,
      template: NEW_PLATFORM_PATH,
      role: 'owner',
      handler(_request, screen) {
        const all = registry.list().map(({ id, title }) => ({ id, title, url: newPlatformPath(id) }));
        return screen.page(CHOOSE, {
          ...pageFrame,
          title: screen.messages.text('platforms.choose.title'),
          adapters: [...all.filter(({ id }) => id !== GENERIC), ...all.filter(({ id }) => id === GENERIC)],
        });
      },
    },
    {
      method: 'GET',
      path: `${PLATFORMS_PATH}/new/:adapterId`,
      template: `${PLATFORMS_PATH}/new/:adapterId`,
      role: 'owner',
      handler(request, screen) {
        return show(requireAdapter(request), screen, { values: { address: request.query.get('address') ?? '' } });
      },
    },
    {
      method: 'POST',
      path: `${PLATFORMS_PATH}/new/:adapterId`,
      template: `${PLATFORMS_PATH}/new/:adapterId`,
      role: 'owner',
      async handler(request, screen) {
        const adapter = requireAdapter(request);
        const form = formOf(request);
        return wantsDiscovery(form) ? discover(adapter, form, screen) : connect(adapter, form, screen);
      },
    },
  ];
}
