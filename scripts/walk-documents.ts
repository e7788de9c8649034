/**
 * Takes a new user through the pages: runs their commands in their order, in an empty home directory, and fails where a
 * command fails or prints something else than its page says. The program is installed as README says, from the packed
 * package, into a root of its own, in which there is no more in PATH than Node, npm, kubectl and the tools of a system.
 *
 * With `--executable <directory>` that has what `release/build.ts` makes, the executable is installed by install.sh, and
 * there is no Node: what needs npm is not run. More pages are walked then.
 *
 * CONTRIBUTING.md says how pages are written for it.
 */
import {execFileSync} from 'node:child_process'
import {accessSync, constants} from 'node:fs'
import {cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {delimiter, dirname, join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'

import {isAsShown, readPageCommands, type PageCommand} from '../test/support/page-blocks.ts'
import {startShell, type Shell} from './shell.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What installs, and opens the local cloud by itself. */
const INSTALLING = ['README.md', 'docs/install.md']
/** What is walked in the local cloud, in the order in which a new user reads it. */
const TRYING = ['docs/migration-from-go.md']
/** What is walked there with the executable alone, which is faster. */
const TRYING_MORE = 'kubeconfig credentials options configuration diagnose troubleshooting rrsa rbac'
  .split(' ')
  .map((name) => `docs/${name}.md`)
/** Pages with commands that are walked in another way. */
const WALKED_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['docs/README.md', 'its commands open the shell of the other pages, with the clone in place of what is installed'],
  ['docs/plugins.md', 'test/cli/plugins/guide.test.ts runs the plugin that it shows'],
])
/** Where a reader says yes to every question, and is somebody who sees all clusters. */
const SURROUNDINGS: ReadonlyMap<string, string> = new Map([
  ['docs/rrsa.md', 'export ACK_RAM_TOOL_ASSUME_YES=true'],
  ['docs/rbac.md', 'export ACK_RAM_TOOL_ASSUME_YES=true ACK_RAM_TOOL_PROFILE_NAME=bob'],
])
const SYSTEM =
  `awk basename bash cat chmod cmp cp cut date diff dirname env expr find grep gzip head id kill ln ls mkdir
  mktemp mv od printf ps pwd readlink rm rmdir sed sh sha256sum shasum sleep sort tail tar tee test touch tr true uname
  uniq wc which xargs jq`.split(/\s+/)
const NODE = ['node', 'npm', 'npx']
/** The shell of the local cloud, in which the commands of a page are tried. */
const CLOUD = 'npm run --silent cloud -- --installed bash'
/** What a reader puts in place of these words, in the local cloud. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['<clusterId>', 'c0123456789abcdef0123456789abcdef'],
  ['<id>', 'c0123456789abcdef0123456789abcdef'],
  ['<host>', '203.0.113.10'],
  ['<arn>', 'acs:ram::1234567890123456:role/admin'],
  ['<uid>', '200000000000000003'],
  ['rbac-backup-20260102T030405Z', '"$(ls -d rbac-backup-* | head -n 1)"'],
])

const executables = executablesAsked()
const pages = [
  ...(executables === undefined ? INSTALLING : INSTALLING.toReversed()),
  ...TRYING,
  ...(executables === undefined ? [] : TRYING_MORE),
]
const root = await realpath(await mkdtemp(join(tmpdir(), 'ack-ram-tool-walk-')))
const home = join(root, 'home')
const clone = join(home, 'ack-ram-tool')
const bin = join(root, 'bin')
const env = await prepare()

/** What README installs with twice: the second time it would only install the same again. */
const CLEAN_INSTALL = 'npm ci && '
let isInstalled = false
const failures: string[] = []
const notRun: string[] = []
let count = 0
let shell = await openShell()
try {
  await findForgotten()
  for (const page of pages) await walk(page)
} finally {
  await shell.end()
  await rm(root, {recursive: true, force: true, maxRetries: 3})
}
for (const line of notRun) console.log(`not run: ${line}`)
for (const failure of failures) console.error(`\n${failure}`)
const way = executables === undefined ? 'the packed package' : 'the executable'
console.log(`\n${pages.length} pages walked with ${way}: ${count} commands ran, ${notRun.length} did not`)
if (failures.length > 0) process.exitCode = 1

/** The directory of a release, if the executable is walked with. */
function executablesAsked(): string | undefined {
  const [flag, dir] = process.argv.slice(2)
  if (flag === undefined) return undefined
  if (flag !== '--executable' || dir === undefined)
    throw new Error('usage: walk-documents.ts [--executable <directory>]')
  return resolve(dir)
}

/** The root: an empty home, a PATH of its own, and a copy of what is checked in or would be. */
async function prepare(): Promise<Record<string, string>> {
  for (const dir of [home, bin, join(root, 'tmp')]) await mkdir(dir, {recursive: true})
  for (const program of [...SYSTEM, 'kubectl', ...(executables === undefined ? NODE : [])]) {
    const path = findInPath(program)
    if (path !== undefined) await symlink(await realpath(path), join(bin, program))
  }
  await copyClone()
  const npm = Object.fromEntries(
    ['registry', 'cafile'].map((name) => [`npm_config_${name}`, ofNpm(name)]).filter(([, value]) => value !== 'null'),
  ) as Record<string, string>
  const prefix = join(root, 'npm')
  return {
    ...npm,
    HOME: home,
    TMPDIR: join(root, 'tmp'),
    LANG: 'C.UTF-8',
    // npm's own place may be the system's, which is not for a test to write to.
    npm_config_prefix: prefix,
    npm_config_update_notifier: 'false',
    PATH: [join(prefix, 'bin'), join(home, '.local/bin'), bin].join(delimiter),
  }
}

function ofNpm(name: string): string {
  return execFileSync('npm', ['config', 'get', name], {cwd: ROOT, encoding: 'utf8'}).trim()
}

function findInPath(program: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((dir) => join(dir, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

async function copyClone(): Promise<void> {
  await mkdir(clone)
  if (executables !== undefined) {
    await cp(join(ROOT, 'install.sh'), join(clone, 'install.sh'))
    await mkdir(join(clone, 'release'))
    await symlink(executables, join(clone, 'release/files'))
    return
  }
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {cwd: ROOT})
  for (const path of listed.toString('utf8').split('\0').filter(Boolean)) {
    await mkdir(dirname(join(clone, path)), {recursive: true})
    await cp(join(ROOT, path), join(clone, path)).catch((error: unknown) => {
      // A file that is deleted, and not yet in the index.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    })
  }
}

function openShell(): Promise<Shell> {
  return startShell({env, cwd: clone})
}

/** A new page with commands has to be walked, or to say how its commands are tried. */
async function findForgotten(): Promise<void> {
  const known = new Set([...INSTALLING, ...TRYING, ...TRYING_MORE])
  for (const name of await readdir(join(ROOT, 'docs'))) {
    const page = `docs/${name}`
    if (!name.endsWith('.md') || known.has(page)) continue
    const [first] = readPageCommands(await readFile(join(ROOT, page), 'utf8'))
    const reason = WALKED_ELSEWHERE.get(page)
    if (!first) continue
    if (reason === undefined) failures.push(`${page}:${first.line}: no walk runs the commands of this page`)
    else notRun.push(`${page}: ${reason}`)
  }
}

async function walk(page: string): Promise<void> {
  const commands = readPageCommands(await readFile(join(ROOT, page), 'utf8'))
  if (!INSTALLING.includes(page)) {
    // docs/README.md says so for all pages below it; here with what README has installed.
    await openCloud()
    await shell.run(SURROUNDINGS.get(page) ?? 'true')
  }
  for (const command of commands) {
    const reason = reasonNotToRun(command)
    if (reason !== undefined) {
      notRun.push(`${page}:${command.line}: ${firstLine(command.command)}: ${reason}`)
      continue
    }
    const failure = await run(command)
    count += 1
    if (failure === undefined) continue
    failures.push(`${page}:${command.line}: ${failure}`)
    break
  }
  // The next page begins anew, in a new cloud, with what is installed by now.
  await shell.end()
  shell = await openShell()
}

function reasonNotToRun({command, notRun: said}: PageCommand): string | undefined {
  if (said !== undefined) return said
  if (executables !== undefined && command !== CLOUD && /\b(?:npm|npx|node)\b/.test(command)) return 'it needs Node'
  if (executables === undefined && command.startsWith('sh install.sh ')) return 'executables have a walk of their own'
  if (/^kubectl\b/.test(command) && findInPath('kubectl') === undefined) return 'there is no kubectl here'
  return undefined
}

/** @returns what is wrong */
async function run({command, expected}: PageCommand): Promise<string | undefined> {
  let real = isInstalled && command.startsWith(CLEAN_INSTALL) ? command.slice(CLEAN_INSTALL.length) : command
  for (const [word, meant] of WORDS) real = real.replaceAll(word, meant)
  const {exitCode, output} = real === CLOUD ? await openCloud() : await shell.run(real)
  isInstalled ||= exitCode === 0 && command.startsWith(CLEAN_INSTALL)
  const seen = asOnPages(output)
  const isErrorShown = /^(?:Error: |\{"error":)/.test(expected ?? '')
  if ((exitCode === 0) === isErrorShown)
    return `${firstLine(command)}: exit code ${String(exitCode)}\nit printed:\n${seen}`
  if (expected === undefined || isAsShown(expected, seen)) return undefined
  return `${firstLine(command)}: the page shows\n${expected}\nand it printed\n${seen}`
}

/** Opens the cloud's shell in the shell; where the walk has no Node, with the one that runs this. */
async function openCloud(): ReturnType<Shell['run']> {
  if (executables === undefined) return shell.open(CLOUD)
  const tsx = join(ROOT, 'node_modules/tsx/dist/cli.mjs')
  const start = join(ROOT, 'test/local-cloud/start.ts')
  return shell.open(`'${process.execPath}' '${tsx}' '${start}' --installed bash`)
}

/** Output with the names that pages have for what differs from one machine to another. */
function asOnPages(output: string): string {
  return output
    .replaceAll(new RegExp(`${join(root, 'tmp')}/ack-ram-tool-cloud-\\w+`, 'g'), '/home/alice')
    .replaceAll(home, '/home/alice')
    .replaceAll(/127\.0\.0\.1:\d+/g, '203.0.113.10:6443')
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? ''
}
