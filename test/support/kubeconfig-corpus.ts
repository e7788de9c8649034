import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

/** A kubeconfig that somebody might have. */
export interface CorpusFile {
  readonly name: string
  readonly path: string
  readonly bytes: Buffer
}

/** The odd kubeconfigs that kubectl reads (`good`), and those that nobody can use (`bad`). */
export const kubeconfigCorpus = (kind: 'good' | 'bad'): readonly CorpusFile[] => {
  // A program that was bundled is elsewhere, and is told.
  const fixtures = process.env['ACK_RAM_TOOL_TEST_FIXTURES'] ?? fileURLToPath(new URL('../fixtures/', import.meta.url))
  const dir = join(fixtures, 'kubeconfigs', kind, '/')
  return readdirSync(dir)
    .toSorted()
    .map((name) => ({name, path: dir + name, bytes: readFileSync(dir + name)}))
}

/** What a person has who has never used this program. */
export const KUBECONFIG_OF_OTHERS = `# my clusters
apiVersion: v1
kind: Config
users:
  - name: minikube
    user: {token: SECRET-of-minikube}
`
