import {readdirSync, readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

/** A kubeconfig that somebody might have. */
export interface CorpusFile {
  readonly name: string
  readonly path: string
  readonly bytes: Buffer
}

/** The odd kubeconfigs that kubectl reads (`good`), and those that nobody can use (`bad`). */
export const kubeconfigCorpus = (kind: 'good' | 'bad'): readonly CorpusFile[] => {
  const dir = fileURLToPath(new URL(`../fixtures/kubeconfigs/${kind}/`, import.meta.url))
  return readdirSync(dir)
    .toSorted()
    .map((name) => ({name, path: dir + name, bytes: readFileSync(dir + name)}))
}
