import {loadYaml} from '../../yaml/yaml-library.ts'
import {maskSecrets} from './mask-secrets.ts'
import type {MergedFile} from './merge-clusters.ts'

/**
 * The changes of a kubeconfig as a unified diff. Secrets are masked, also in the context lines.
 *
 * @returns text with a final newline
 */
export const diffKubeconfig = async ({path, before, after}: MergedFile): Promise<string> => {
  const {createTwoFilesPatch} = await import('diff')
  const yaml = await loadYaml()
  const mask = (text: string): string => maskSecrets(text.replace(/^\uFEFF/, ''), yaml)
  const [current, updated] = [mask(before), mask(after)]
  const patch = createTwoFilesPatch(path, path, current, updated, 'current', 'updated')
  return current === updated && before !== after ? `${patch}# only values that are masked differ\n` : patch
}
