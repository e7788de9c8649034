import {AckError} from '../base/errors.ts'
import {printableLines} from '../base/printable.ts'
import {diffKubeconfig} from '../kubeconfig/merge/diff-kubeconfig.ts'
import {
  removalRefused,
  replacementRefused,
  type MergedFile,
  type MergeQuestions,
} from '../kubeconfig/merge/merge-clusters.ts'
import type {UpdateOptions} from '../options/update-options.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import {isInteractive} from './is-interactive.ts'
import {askYesNo} from './prompt.ts'
import {writeMessage} from './write-answer.ts'

/** What is asked before a file is written, unless `--assume-yes` is set. */
export const mergeQuestions = (invocation: Invocation): MergeQuestions => ({
  replace: async (conflicts) => {
    if (invocation.options.assumeYes) return true
    if (!isInteractive(invocation)) throw replacementRefused(conflicts)
    return askYesNo(`Replace these existing entries?\n${conflicts.map((conflict) => `  ${conflict}\n`).join('')}`)
  },
  remove: async (stale, files) => {
    await invocation.log.flush()
    writeMessage(await describeFiles(files, 'diff'))
    if (invocation.options.assumeYes) return true
    if (!isInteractive(invocation)) throw removalRefused(stale)
    const contexts = stale.filter(({kind}) => kind === 'contexts')
    const lines = contexts.map(({name, file}) => `  context ${JSON.stringify(name)} in ${file}\n`)
    return askYesNo(`Remove these entries, whose clusters are gone?\n${lines.join('')}`)
  },
})

/** Asks whether to restore though files have changed since the last update, unless `--assume-yes` is set. */
export const confirmUndo =
  (invocation: Invocation) =>
  async (paths: readonly string[]): Promise<void> => {
    if (invocation.options.assumeYes) return
    const files = paths.join(' and ')
    const [have, it, versions] = paths.length === 1 ? ['has', 'it has', 'version'] : ['have', 'they have', 'versions']
    const question = `${files} ${have} changed since the last update. Restore the previous ${versions} anyway?`
    if (isInteractive(invocation) && (await askYesNo(question))) return
    throw new AckError(
      'KubeconfigConflict',
      `refusing to restore ${files}: ${it} changed since the last update`,
      `pass --assume-yes to restore the previous ${versions} anyway`,
    )
  }

/** The text of --diff or --dry-run for files that were not written. */
export const describeFiles = async (
  files: readonly MergedFile[],
  output: Exclude<UpdateOptions['output'], 'write'>,
): Promise<string> => {
  if (output === 'diff') {
    const changed = files.filter(({before, after}) => before !== after)
    return printableLines((await Promise.all(changed.map(diffKubeconfig))).join('').replaceAll('\r\n', '\n'))
  }
  // As it would be written, so that it can be: nothing is cleaned or masked.
  return files.length === 1 ? (files[0]?.after ?? '') : files.map(withPath).join('')
}

const withPath = ({path, after}: MergedFile): string => `# ${path}\n${after}`
