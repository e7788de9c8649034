import {execFileSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'

/**
 * The commit that is being built, as a short hash, of the same length in every clone; with `-modified` where files differ from it. (What every build writes
 * anew does not count.) Empty outside of a repository.
 */
export const buildCommit = (): string => {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ...BUILT.map((path) => `:!${path}`))
    return git('rev-parse', '--short=12', 'HEAD') + (changed === '' ? '' : '-modified')
  } catch {
    return ''
  }
}

const BUILT = ['bin/run.cjs', 'oclif.manifest.json', 'docs/options.md']
