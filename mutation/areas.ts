/** What is mutated together, and the tests in which its mutants must die. */
export interface Area {
  readonly files: readonly string[]
  readonly tests: readonly string[]
}

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
    files: ['src/lib/credentials/selection/*.ts', 'src/lib/credentials/profiles/*.ts'],
    tests: ['test/lib/credentials/selection/*.test.ts', 'test/lib/credentials/profiles/*.test.ts'],
  },
  cache: {
    files: ['src/lib/cache/{cache-key,cache-settings,cached,entry-file,slot}.ts'],
    tests: ['test/lib/cache/*.test.ts', 'test/lib/credentials/selection/cached-source.test.ts'],
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
