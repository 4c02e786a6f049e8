import { fileURLToPath } from 'node:url';
import boundaries from 'eslint-plugin-boundaries';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

// --- Rooms: who may import whom. src/README.md shows the same as a picture. -------------------------------------

const base = ['errors', 'runtime', 'config'];
const ports = [...base, 'store', 'adapter-sdk', 'http'];
const features = ['ui', 'jobs', 'identity', 'courses', 'kaltura', 'platforms', 'player'];
const entries = ['lti', 'admin', 'reports'];

/** Each room with the rooms that it may import besides itself. */
const rooms = {
  errors: [],
  runtime: ['errors'],
  config: ['errors', 'runtime'],
  store: base,
  'adapter-sdk': base,
  http: [...base, 'store'],
  ui: [...base, 'store', 'http'],
  jobs: [...ports, 'ui'],
  identity: ports,
  kaltura: ports,
  platforms: [...ports, 'ui', 'identity', 'kaltura'],
  courses: [...ports, 'ui', 'jobs', 'kaltura', 'platforms'],
  player: [...ports, 'ui', 'kaltura'],
  launch: [...ports, ...features],
  lti: [...ports, ...features, 'launch'],
  admin: [...ports, ...features, 'launch'],
  reports: [...ports, ...features, 'launch'],
  cli: [...ports, ...features, 'launch', ...entries, 'sandbox', 'root', 'built-in-adapters'],
  // The sandbox speaks the protocols by itself: code shared with what it tests would hide the same mistake twice.
  sandbox: ['runtime'],
};

const elements = [
  ...Object.keys(rooms).map((type) => ({ type, pattern: `src/${type}`, partialMatch: false })),
  { type: 'root', pattern: 'src', partialMatch: false },
  { type: 'adapter', pattern: 'adapters/*', partialMatch: false },
  { type: 'built-in-adapters', pattern: 'adapters', partialMatch: false },
];

const allow = (from, to) => ({
  from: { element: { type: from } },
  allow: { to: { element: { types: { anyOf: to } } } },
});

const roomPolicies = [
  ...Object.entries(rooms)
    .filter(([, imported]) => imported.length > 0)
    .map(([room, imported]) => allow(room, imported)),
  allow('root', [...ports, ...features, 'launch', ...entries, 'built-in-adapters']),
  allow('built-in-adapters', ['adapter']),
  {
    from: { element: { types: { anyOf: ['adapter', 'built-in-adapters'] } } },
    allow: { to: { element: { type: 'adapter-sdk', fileInternalPath: 'index.ts' } } },
  },
  { allow: { to: { module: { origin: ['core', 'external'] } } } },
];

// --- What only some files may use ------------------------------------------------------------------------------

/** Packages that are wrapped once: the file says how, and the rest of the code sees our own types. */
const wrapped = [
  { packages: ['kaltura-client'], files: ['src/kaltura/gateway.ts'] },
  { packages: ['libsql'], files: ['src/store/libsql/database.ts'] },
  { packages: ['mongoose', 'mongodb'], files: ['src/store/mongo/database.ts'] },
  { packages: ['undici'], files: ['src/http/outbound.ts'] },
  { packages: ['re2js'], files: ['src/courses/course-rules.ts'] },
  // The demo LMS has pages of its own, and may not share ours.
  { packages: ['eta'], files: ['src/ui/render.ts', 'src/sandbox/lms/render.ts'] },
  { packages: ['ltijs'], files: ['src/lti/services/**'] },
];

const time = [
  {
    selector:
      "MemberExpression[object.name='Date'][property.name='now'], NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Take a Clock (src/runtime/clock.ts).',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Take a Random (src/runtime/random.ts).',
  },
];
const randomImports = {
  name: 'node:crypto',
  importNames: ['randomBytes', 'randomFillSync', 'randomInt', 'randomUUID'],
  message: 'Take a Random (src/runtime/random.ts).',
};
const environment = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Take what you need as a parameter; only src/cli reads the environment.',
};

/** One block of options for a group of files: flat config replaces a rule's options, it does not merge them. */
function restrict({ files, except = [], mayUse = [], syntax, random = true }) {
  const forbidden = wrapped.flatMap(({ packages }) => packages).filter((name) => !mayUse.includes(name));
  const dynamic = {
    selector: `ImportExpression[source.value=/^(${forbidden.join('|')})$/]`,
    message: 'This package is wrapped in another file (see eslint.config.js).',
  };
  return {
    files,
    ignores: except,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: random ? [randomImports] : [],
          patterns: [
            {
              regex: `^(${forbidden.join('|')})(/|$)`,
              message: 'This package is wrapped in another file (see eslint.config.js).',
            },
          ],
        },
      ],
      'no-restricted-syntax': ['error', ...syntax, dynamic],
    },
  };
}

/** For every file. typescript-eslint's set adds to these what needs types. */
const plainRules = {
  eqeqeq: 'error',
  'no-cond-assign': 'error',
  'no-console': 'error',
  'no-constant-condition': 'error',
  'no-control-regex': 'error',
  'no-empty': 'error',
  'no-eval': 'error',
  'no-fallthrough': 'error',
  'no-implied-eval': 'error',
  'no-misleading-character-class': 'error',
  'no-new-func': 'error',
  'no-self-compare': 'error',
  'no-unsafe-finally': 'error',
  'no-useless-escape': 'error',
};

export default defineConfig(
  globalIgnores([
    'dist/',
    'bench/dist/',
    'coverage/',
    'data/',
    '**/assets/vendor/',
    'test/fixtures/',
    'adapters/*/fixtures/',
  ]),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...plainRules,
      'no-implied-eval': 'off', // its twin with types is on
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // An index that the lines before have proved reads better with `!` than with a branch that can't be tested.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Factories return closures, none of which uses `this`: taking a function out of its object is the house style.
      '@typescript-eslint/unbound-method': 'off',
      // Recurses without end on mongoose's types.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // A row reader that answers a branded id takes the brand as its only type parameter.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // Numbers and booleans in messages are plain to read; objects, null and undefined stay errors.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // What came from elsewhere is passed on as it is.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      // `() => list.push(x)` is a common and harmless short form of a callback.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Handlers are `Promise | value` by type, and a port's method is async also where one store answers at once.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['src/**/*.ts', 'adapters/**/*.ts'],
    ignores: ['**/*.test.ts'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': elements,
      'boundaries/dependency-nodes': ['import', 'dynamic-import', 'export'],
      'boundaries/legacy-templates': false,
      'import/resolver': { [fileURLToPath(new URL('scripts/lint/resolve-typescript.cjs', import.meta.url))]: {} },
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/no-unknown-dependencies': 'error',
      'boundaries/dependencies': ['error', { default: 'disallow', policies: roomPolicies }],
    },
  },

  restrict({ files: ['src/**/*.ts', 'adapters/**/*.ts'], syntax: [...time, environment] }),
  restrict({ files: ['src/runtime/**/*.ts'], syntax: [environment], random: false }),
  restrict({ files: ['src/cli/**/*.ts'], syntax: time }),
  restrict({ files: ['src/sandbox/**/*.ts'], syntax: [...time, environment], random: false }),
  ...wrapped.map(({ packages, files }) => restrict({ files, mayUse: packages, syntax: [...time, environment] })),
  { files: ['src/cli/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts'], rules: { 'no-console': 'off' } },

  {
    files: ['test/**/*.ts', '**/*.test.ts'],
    rules: {
      // Replies of supertest and captured payloads are `any`; the assertions on them are the check.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // `createServer(exchange.nodeListener(route))`: the listener's promise never rejects, and the reply shows a bug.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      // A needless `?.` or String() in a test hides nothing: the assertion that follows would fail.
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-type-conversion': 'off',
    },
  },

  {
    files: ['src/**/assets/**/*.js'],
    languageOptions: { sourceType: 'script' },
    rules: plainRules,
  },
  { files: ['bin/*.mjs', 'scripts/**/*.cjs'], rules: { ...plainRules, 'no-console': 'off' } },
);
