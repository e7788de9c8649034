/**
 * Asks the registry for known vulnerabilities. It fails for one in what users get, bundled packages included, which npm
 * counts among the development's; those of tools are shown. Where the registry cannot be asked it says so, and with
 * `--strict` it fails.
 */
import {spawnSync} from 'node:child_process'

import {ROOT} from './release/release.ts'
import {shippedPackages} from './release/shipped-packages.ts'

interface Report {
  readonly message?: string
  readonly vulnerabilities?: Readonly<Record<string, {readonly severity: string; readonly nodes: readonly string[]}>>
}

/** Vulnerabilities that do not touch us, by package, each with why. */
const EXPLAINED: Readonly<Record<string, string>> = {}

const {stdout} = spawnSync('npm', ['audit', '--json'], {
  cwd: ROOT,
  encoding: 'utf8',
  shell: process.platform === 'win32',
  maxBuffer: 64 * 1024 * 1024,
})
const {message, vulnerabilities} = reportOf(stdout)
if (vulnerabilities) await judge(vulnerabilities)
else {
  console.log(`NOT AUDITED: the registry gave no list of vulnerabilities: ${message ?? 'npm printed no report'}`)
  if (process.argv.includes('--strict')) process.exitCode = 1
}

function reportOf(text: string): Report {
  try {
    return JSON.parse(text) as Report
  } catch {
    return {}
  }
}

async function judge(found: NonNullable<Report['vulnerabilities']>): Promise<void> {
  const shipped = new Set((await shippedPackages(ROOT)).map(({place}) => place))
  for (const [name, {severity, nodes}] of Object.entries(found)) {
    const isShipped = nodes.some((place) => shipped.has(place))
    const why = EXPLAINED[name]
    console.log(`${name}: ${severity}, ${isShipped ? 'shipped' : 'a tool of development'}${why ? `: ${why}` : ''}`)
    if (isShipped && why === undefined) process.exitCode = 1
  }
  console.log(
    `${Object.keys(found).length} packages with known vulnerabilities, of ${shipped.size} shipped and the tools`,
  )
}
