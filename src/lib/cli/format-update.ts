import {AckError} from '../base/errors.ts'
import {printableLines} from '../base/printable.ts'
import type {MergedFile} from '../kubeconfig/merge/merge-clusters.ts'
import type {UpdateOptions} from '../options/update-options.ts'
import type {RestoredFile} from '../use-cases/undo-update.ts'
import {describeCluster, type ClusterOutcome, type UpdateResult} from '../use-cases/update-kubeconfig.ts'
import {jsonText} from './data-text.ts'
import {formatAs} from './format-answer.ts'
import {describeFiles} from './kubeconfig-texts.ts'
import type {CommandLine} from '../options/suggested-command.ts'

type Outcome<R extends ClusterOutcome['result']> = Extract<ClusterOutcome, {readonly result: R}>
type Merged = Outcome<'updated' | 'unchanged'>

const isMerged = (outcome: ClusterOutcome): outcome is Merged =>
  outcome.result === 'updated' || outcome.result === 'unchanged'
const isFailed = (outcome: ClusterOutcome): outcome is Outcome<'failed'> => outcome.result === 'failed'
const isSkipped = (outcome: ClusterOutcome): outcome is Outcome<'skipped'> => outcome.result === 'skipped'

/**
 * Describes an update: what became of the clusters, or for --diff and --dry-run the files.
 *
 * @param retry - the command line that does the failed clusters alone
 * @returns text for stdout, with a final newline
 */
export const formatUpdate = async (
  result: UpdateResult,
  {output, format, takesAll, filter}: UpdateOptions,
  retry: CommandLine | undefined,
): Promise<string> => {
  if (format !== 'text') return formatAs(await asData(result, output, retry), format, () => '')
  if (output !== 'write') return describeFiles(result.merged.files, output)
  return printableLines(takesAll ? describeFleet(result, filter !== undefined) : describeOne(result))
}

/**
 * Describes an undo.
 *
 * @returns text for stdout, with a final newline
 */
export const formatRestored = (files: readonly RestoredFile[], format: UpdateOptions['format']): Promise<string> => {
  const data = {written: true, files: files.map(({path, isRemoved}) => ({path, removed: isRemoved}))}
  const pathsOf = (isRemoved: boolean): string =>
    files.flatMap((file) => (file.isRemoved === isRemoved ? [file.path] : [])).join(' and ')
  const [restored, removed] = [pathsOf(false), pathsOf(true)]
  const done = [restored && `Restored ${restored}`, removed && `Removed ${removed}, which the update had made`]
  return formatAs(data, format, () => `${done.filter(Boolean).join('. ')} (run --undo again to redo).\n`)
}

/**
 * Describes what an undo would do, for --diff and --dry-run.
 *
 * @returns text for stdout
 */
export const formatPreview = async (
  files: readonly MergedFile[],
  output: Exclude<UpdateOptions['output'], 'write'>,
  format: UpdateOptions['format'],
): Promise<string> =>
  format === 'text'
    ? describeFiles(files, output)
    : formatAs({written: false, files: await filesData(files, output)}, format, () => '')

const filesData = async (files: readonly MergedFile[], output: UpdateOptions['output']): Promise<readonly object[]> => {
  const texts = await Promise.all(files.map((file) => textOf(file, output)))
  return files.map(({path}, at) => ({path, ...texts[at]}))
}

const describeOne = ({outcomes, merged: {files}}: UpdateResult): string => {
  const contexts = outcomes.filter(isMerged).map(({contextName}) => `context ${JSON.stringify(contextName)}`)
  if (files.length === 0) return `Already up to date: ${contexts.join()}\n`
  return `Updated ${contexts.join()} in ${files.map(({path}) => path).join(' and ')}\n`
}

const describeFleet = (result: UpdateResult, isFiltered: boolean): string => {
  const {outcomes, merged} = result
  const lines = [outcomes.length === 0 ? noClustersFound(isFiltered) : summaryLine(result)]
  for (const [reason, clusters] of groupBy(outcomes.filter(isSkipped), (outcome) => outcome.reason))
    lines.push(`Skipped, since ${reason}: ${namesOf(clusters)}`)
  const pruned = merged.removed.filter(({kind}) => kind === 'contexts')
  for (const [file, contexts] of groupBy(pruned, (entry) => entry.file))
    lines.push(`Removed from ${file}: ${contexts.map(({name}) => `context ${JSON.stringify(name)}`).join(', ')}`)
  if (merged.lostContext !== undefined)
    lines.push(`There is no current context any more: ${JSON.stringify(merged.lostContext)} is removed`)
  for (const {path} of merged.files) lines.push(`Wrote ${path}`)
  return lines.map((line) => `${line}\n`).join('')
}

/**
 * What a preview as text does not show: that there is no cluster to be merged. It is for stderr, since --diff and --dry-run
 * print what programs read.
 *
 * @returns undefined where there are clusters, or the answer says it
 */
export const whyNothingIsShown = (
  {outcomes}: UpdateResult,
  {output, format, filter}: UpdateOptions,
): string | undefined =>
  outcomes.length === 0 && output !== 'write' && format === 'text'
    ? `${noClustersFound(filter !== undefined)}\n`
    : undefined

const noClustersFound = (isFiltered: boolean): string =>
  `No clusters found ${isFiltered ? 'by these filters' : 'for this identity'}`

const summaryLine = ({outcomes, merged}: UpdateResult): string => {
  const counts = countsOf({outcomes, merged})
  return [
    `Updated ${counts.updated}, unchanged ${counts.unchanged}`,
    ...(counts.skipped > 0 ? [`skipped ${counts.skipped}`] : []),
    `failed ${counts.failed} of ${counts.total}`,
  ].join(', ')
}

const countsOf = ({outcomes, merged}: UpdateResult): Record<ClusterOutcome['result'] | 'total' | 'removed', number> => {
  const count = (result: ClusterOutcome['result']): number =>
    outcomes.filter((outcome) => outcome.result === result).length
  return {
    total: outcomes.length,
    updated: count('updated'),
    unchanged: count('unchanged'),
    skipped: count('skipped'),
    failed: count('failed'),
    removed: merged.removed.filter(({kind}) => kind === 'contexts').length,
  }
}

/** The answer for programs; docs/kubeconfig.md says what the fields mean. */
const asData = async (
  result: UpdateResult,
  output: UpdateOptions['output'],
  retry: CommandLine | undefined,
): Promise<object> => {
  const {outcomes, merged} = result
  const files = await filesData(merged.files, output)
  return {
    written: output === 'write',
    summary: countsOf(result),
    clusters: outcomes.map(outcomeData),
    removed: merged.removed.map(({kind, name, file}) => ({kind, name, file})),
    files: merged.files.map(({backup = null}, at) => Object.assign({}, files[at], {backup})),
    lostContext: merged.lostContext ?? null,
    retry: retry?.commandLine ?? null,
  }
}

const textOf = async (file: MergedFile, output: UpdateOptions['output']): Promise<object> =>
  output === 'write' ? {} : {[output === 'diff' ? 'diff' : 'content']: await describeFiles([file], output)}

const outcomeData = (outcome: ClusterOutcome): object => {
  const {id: clusterId, name, region: regionId} = outcome.cluster
  return {
    clusterId,
    name,
    regionId,
    result: outcome.result,
    context: isMerged(outcome) ? outcome.contextName : null,
    command: (isMerged(outcome) ? outcome.command : undefined) ?? null,
    code: isFailed(outcome) ? outcome.error.code : null,
    reason: isFailed(outcome) ? outcome.error.message : isSkipped(outcome) ? outcome.reason : null,
  }
}

/**
 * The error for clusters that failed while others were merged: the clusters by reason, each with its code. The first
 * one's decides the exit code.
 *
 * @returns undefined if none has failed
 */
export const failuresError = ({outcomes}: UpdateResult, retry: CommandLine | undefined): AckError | undefined => {
  const failures = outcomes.filter(isFailed)
  const [first] = failures
  if (!first) return undefined
  const reasons = groupBy(failures, ({error}) => reasonKey(error)).map(([, alike]) => {
    const [{error}] = alike as [Outcome<'failed'>]
    return `\n  ${error.message} (${error.code}): ${namesOf(alike)}`
  })
  const {code, nextStep} = first.error
  return new AckError(
    code,
    `Could not get ${failures.length} of ${outcomes.length} ${outcomes.length === 1 ? 'cluster' : 'clusters'}:${reasons.join('')}`,
    // On a line of its own, to be copied.
    [nextStep, ...(retry === undefined ? [] : [retryStep(retry)])].filter(Boolean).join('; '),
    {namesCode: true},
  )
}

const retryStep = ({commandLine, variables}: CommandLine): string => {
  const first = variables.length > 0 ? `set ${variables.join(' and ')}, whose value is not shown here, ` : ''
  return `${first}then retry what failed:\n    ${commandLine}`
}

/** What is the same of failures for the same reason, whose messages name different clusters and requests. */
const reasonKey = ({code, message, call}: AckError): string =>
  call ? jsonText([code, call.action, call.status, call.code]) : jsonText([code, message])

const namesOf = (outcomes: readonly ClusterOutcome[]): string =>
  outcomes.map(({cluster}) => describeCluster(cluster)).join(', ')

const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [string, readonly T[]])[] => {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return [...groups]
}
