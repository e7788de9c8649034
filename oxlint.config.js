/**
 * The rooms of src, floor by floor, the top one first: each may import only from floors below its own, and no room
 * imports another one of its floor. ARCHITECTURE.md says what they are for.
 */
const FLOORS = [
  ['start'],
  ['commands', 'hooks'],
  ['lib/diagnosis'],
  ['lib/cli'],
  ['lib/use-cases/fleet', 'lib/use-cases/rbac', 'lib/use-cases/rrsa'],
  ['lib/use-cases'],
  ['lib/rbac', 'lib/rrsa'],
  ['lib/plugins'],
  ['lib/kubeconfig/merge'],
  ['lib/kubeconfig/entries'],
  ['lib/kubeconfig/document', 'lib/kubeconfig/file', 'lib/kubeconfig'],
  ['lib/inspection', 'lib/api-server'],
  ['lib/caller', 'lib/container-service', 'lib/ram', 'lib/token'],
  ['lib/credentials/selection'],
  ['lib/credentials/profiles'],
  ['lib/credentials/logins'],
  ['lib/credentials/sources'],
  ['lib/credentials'],
  ['lib/cache'],
  ['lib/transport', 'lib/profile-files', 'lib/defaults'],
  ['lib/changes'],
  ['lib/options'],
  ['lib/exec'],
  ['lib/yaml', 'lib/signing'],
  ['lib/programs'],
  ['lib/base/files'],
  ['lib/base/log'],
  ['lib/base'],
]

const HEAVY = {
  group: ['winston', 'inquirer', '@alicloud/**', 'yaml'],
  message: 'Heavy: its one adapter file imports it, when it is needed.',
}
const ADAPTERS = [
  'src/lib/caller/sts-sdk.ts',
  'src/lib/cli/prompt.ts',
  'src/lib/base/log/winston-logger.ts',
  'src/lib/credentials/sdk-provider.ts',
  'src/lib/yaml/**',
]
const OCLIF = {group: ['@oclif/**'], message: 'Only start, commands, hooks, cli and plugins know oclif.'}
const KNOW_OCLIF = new Set(['start', 'commands', 'hooks', 'lib/cli', 'lib/plugins'])

/** Where a room holds others, its pattern means its own files alone. */
const isParent = (room) => FLOORS.flat().some((other) => other.startsWith(`${room}/`))
const filesOf = (room) => `src/${room}/${isParent(room) ? '*.ts' : '**'}`

/** How imports name a room's files: by all of its path, or from a sibling by its last step. */
const importsOf = (room) => {
  const own = room.split('/').slice(1)
  const last = own.at(-1) ?? room
  return isParent(room)
    ? [`**/${last}/*.ts`]
    : [`**/${own.join('/') || room}/**`, ...(own.length > 1 ? [`../${last}/**`, `./${last}/**`] : [])]
}

const floorRule = (room, above) => [
  'error',
  {
    patterns: [
      ...(above.length > 0
        ? [{group: above.flatMap(importsOf), message: 'A floor above, or beside: imports go down only.'}]
        : []),
      ...(KNOW_OCLIF.has(room) ? [] : [OCLIF]),
      HEAVY,
    ],
  },
]

const floors = FLOORS.flatMap((rooms, floor) =>
  rooms.map((room) => {
    const beside = room === 'commands' ? [] : rooms.filter((other) => other !== room)
    const above = [...FLOORS.slice(0, floor).flat(), ...beside]
    return {files: [filesOf(room)], rules: {'no-restricted-imports': floorRule(room, above)}}
  }),
)

export default {
  plugins: ['typescript', 'unicorn', 'import', 'oxc', 'node', 'promise'],
  categories: {
    correctness: 'error',
    suspicious: 'error',
    perf: 'error',
  },
  rules: {
    'no-await-in-loop': 'off',
    'no-console': 'error',
    'no-shadow': 'off',
    'max-lines': [
      'error',
      {
        max: 250,
        skipBlankLines: true,
        skipComments: true,
      },
    ],
    'max-lines-per-function': [
      'error',
      {
        max: 60,
        skipBlankLines: true,
        skipComments: true,
      },
    ],
    'import/no-cycle': [
      'error',
      {
        ignoreTypes: false,
      },
    ],
    'import/no-default-export': 'error',
    'import/no-unassigned-import': 'off',
    'node/no-process-env': 'error',
    'unicorn/no-process-exit': 'error',
    'unicorn/consistent-function-scoping': 'off',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/explicit-module-boundary-types': 'error',
    'typescript/no-unsafe-type-assertion': 'off',
  },
  overrides: [
    ...floors,
    {files: ADAPTERS, rules: {'no-restricted-imports': 'off'}},
    {
      files: ['src/commands/**', 'src/hooks/**'],
      rules: {
        'import/no-default-export': 'off',
      },
    },
    {
      files: ['test/**', 'scripts/**', 'site/**', 'mutation/**', 'examples/**', '*.config.js'],
      rules: {
        'max-lines': 'off',
        'max-lines-per-function': 'off',
        'no-unused-expressions': 'off',
        'node/no-process-env': 'off',
        'import/no-default-export': 'off',
        'no-console': 'off',
      },
    },
    {
      // Their packages are installed apart, so that their types may be unknown.
      files: ['site/**', 'mutation/**'],
      rules: {
        'typescript/no-redundant-type-constituents': 'off',
      },
    },
    {
      files: ['examples/**'],
      rules: {
        'typescript/no-floating-promises': 'off',
      },
    },
  ],
  ignorePatterns: ['bin', 'dist', 'coverage', 'node_modules'],
}
