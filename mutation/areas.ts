/** What is mutated together, and the tests in which its mutants must die. */
export interface Area {
  readonly files: readonly string[]
  readonly tests: readonly string[]
}

/** Without the random rounds of never-somebody-else.test.ts, which take longer than all the others. */
const IN_PROCESS = '{cached-source,credential-variables,environment,select-source}'

/** Tests that call the sources in their own process: what drives the built program would never see a mutant. */
export const AREAS: Readonly<Record<string, Area>> = {
  signing: {
    files: ['src/lib/signing/*.ts'],
    tests: ['test/lib/signing/*.test.ts', 'test/lib/token/vectors.test.ts', 'test/lib/transport/signed-call.test.ts'],
  },
  token: {
    files: ['src/lib/token/*.ts', 'src/lib/exec/*.ts'],
    tests: ['test/lib/{token,exec}/*.test.ts'],
  },
  selection: {
    files: ['src/lib/credentials/{selection,profiles}/*.ts'],
    tests: ['test/lib/credentials/profiles/*.test.ts', `test/lib/credentials/selection/${IN_PROCESS}.test.ts`],
  },
  // What a cached value is bound to: the key, and the facts that the sources give for it.
  cache: {
    files: [
      'src/lib/cache/{cache-key,cache-settings,cached,entry-file,slot}.ts',
      'src/lib/credentials/{profile-origin,origin-of-source}.ts',
      'src/lib/credentials/sources/{assume-role,credentials-uri,ecs-metadata,oidc-role,oidc-token,static-source}.ts',
    ],
    tests: [
      'test/lib/cache/{cache-key,cache-settings}.test.ts',
      'test/lib/credentials/sources/{credentials-uri,ecs-metadata,identity,oidc-token}.test.ts',
      'test/lib/credentials/profiles/{cli-modes,ini-types}.test.ts',
      `test/lib/credentials/selection/${IN_PROCESS}.test.ts`,
    ],
  },
  entries: {
    files: ['src/lib/kubeconfig/{entries,merge}/*.ts'],
    tests: ['test/lib/kubeconfig/{entries,merge}/*.test.ts'],
  },
  document: {
    files: ['src/lib/kubeconfig/document/*.ts'],
    tests: ['test/lib/kubeconfig/document/*.test.ts'],
  },
}
