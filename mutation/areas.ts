/** What is mutated together, and the tests in which its mutants must die. */
export interface Area {
  readonly files: readonly string[]
  readonly tests: readonly string[]
}

const tests = (room: string, ...names: readonly string[]): readonly string[] =>
  names.map((name) => `test/lib/${room}/${name}.test.ts`)

/** Without the random rounds of never-somebody-else.test.ts, which take longer than all the others. */
const SELECTION_TESTS = tests(
  'credentials/selection',
  'cached-source',
  'credential-variables',
  'environment',
  'select-source',
)

/** Tests that call the sources in their own process: what drives the built program would never see a mutant. */
export const AREAS: Readonly<Record<string, Area>> = {
  signing: {
    files: ['src/lib/signing/*.ts'],
    tests: [...tests('signing', '*'), ...tests('token', 'vectors'), ...tests('transport', 'signed-call')],
  },
  token: {
    files: ['src/lib/token/*.ts', 'src/lib/exec/*.ts'],
    tests: [...tests('token', '*'), ...tests('exec', '*')],
  },
  selection: {
    files: ['src/lib/credentials/{selection,profiles}/*.ts'],
    tests: [...SELECTION_TESTS, ...tests('credentials/profiles', '*')],
  },
  // What a cached value is bound to: the key, and the facts that the sources give for it.
  cache: {
    files: [
      'src/lib/cache/{cache-key,cache-settings,cached,entry-file,slot}.ts',
      'src/lib/credentials/{profile-origin,origin-of-source}.ts',
      'src/lib/credentials/sources/{assume-role,credentials-uri,ecs-metadata,oidc-role,oidc-token,static-source}.ts',
    ],
    tests: [
      ...tests('cache', 'cache-key', 'cache-settings'),
      ...tests('credentials/sources', 'credentials-uri', 'ecs-metadata', 'identity', 'oidc-token'),
      ...tests('credentials/profiles', 'cli-modes', 'ini-types'),
      ...SELECTION_TESTS,
    ],
  },
  entries: {
    files: ['src/lib/kubeconfig/{entries,merge}/*.ts'],
    tests: [...tests('kubeconfig/entries', '*'), ...tests('kubeconfig/merge', '*')],
  },
  document: {
    files: ['src/lib/kubeconfig/document/*.ts'],
    tests: [...tests('kubeconfig/merge', '*'), ...tests('kubeconfig/document', '*')],
  },
}
