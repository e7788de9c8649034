import {spawnSync} from 'node:child_process'
import {readdir, readFile, stat} from 'node:fs/promises'
import {dirname, join, relative, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'

import {expect} from 'chai'

import {anchorsOf, proseOf} from '../scripts/translation/markdown.ts'
import {EXIT, exitCodes} from '../src/lib/base/errors.ts'
import {SERVICES} from '../src/lib/transport/services.ts'
import {makeHome} from './support/home.ts'
import {runCli} from './support/run-cli.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Directories that hold nothing of ours, or nothing that is checked in. */
const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', 'standalone'])

interface Document {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

const filesBelow = async (dir: string, ending: string): Promise<readonly string[]> => {
  const entries = await readdir(dir, {withFileTypes: true})
  const found = entries.map(async (entry) => {
    const path = join(dir, entry.name)
    if (entry.isFile()) return entry.name.endsWith(ending) ? [path] : []
    const isOurs = entry.isDirectory() && !NOT_OURS.has(entry.name) && !entry.name.startsWith('.')
    return isOurs ? filesBelow(path, ending) : []
  })
  return (await Promise.all(found)).flat()
}

const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8')

/** The blocks of commands and what they print. */
const consoleBlocks = (text: string): readonly string[] =>
  [...text.matchAll(/^```console\n([^]*?)^```$/gm)].map(([, block = '']) => block)

describe('the documents', () => {
  let documents: readonly Document[]

  before(async () => {
    const paths = await filesBelow(ROOT, '.md')
    documents = await Promise.all(
      paths.map(async (path) => ({path: relative(ROOT, path), text: await readFile(path, 'utf8')})),
    )
  })

  it('have links that lead somewhere, and are all linked', async () => {
    const dead: string[] = []
    const linked = new Set<string>()
    for (const {path, text} of documents) {
      for (const [, link = ''] of proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(link)) continue
        const [file = '', anchor] = link.split('#')
        const target = file === '' ? join(ROOT, path) : resolve(ROOT, dirname(path), file)
        if (target !== join(ROOT, path)) linked.add(relative(ROOT, target))
        const status = await stat(target).catch(() => undefined)
        const hasAnchor = async (): Promise<boolean> => anchorsOf(await readFile(target, 'utf8')).includes(anchor ?? '')
        if (!status || (anchor !== undefined && !(await hasAnchor()))) dead.push(`${path}: ${link}`)
      }
    }
    expect(dead).to.deep.equal([])
    const below = documents.map(({path}) => path).filter((path) => dirname(path).startsWith('docs'))
    expect(
      below.filter((path) => !linked.has(path)),
      'documents that nobody finds',
    ).to.deep.equal([])
  })

  it('begin with a README that is short', async () => {
    const lines = (await read('README.md')).trimEnd().split('\n')
    expect(lines).to.have.length.at.most(150)
    const long = lines.filter((line) => line.length > 120 && !line.startsWith('|') && !line.includes('://'))
    expect(long).to.deep.equal([])
    expect((await read('ARCHITECTURE.md')).trimEnd().split('\n')).to.have.length.at.most(70)
  })

  it('name every exit code and every error code with its exit code', async () => {
    const readme = await read('README.md')
    for (const code of [0, ...Object.values(EXIT)]) expect(readme).to.match(new RegExp(`^\\| ${code} +\\|`, 'm'))
    const entries = [
      ...(await read('docs/errors.md')).matchAll(
        /^## ([A-Z]\w+)\n\n- Exit code: (\d+)\n- Cause: \S.*\n- Remedy: \S.*\n/gm,
      ),
    ]
    const documented = Object.fromEntries(entries.map(([, word = '', exitCode]) => [word, Number(exitCode)]))
    expect(documented, 'each with its exit code, a cause and a remedy').to.deep.equal(exitCodes())
  })

  it('name every service that the call of an error can name', async () => {
    const [, row = ''] = /^\| `service` +\| (.*) \|$/m.exec(await read('docs/errors.md')) ?? []
    expect([...row.matchAll(/`([^`]+)`/g)].map(([, name]) => name)).to.deep.equal(SERVICES)
  })

  it('name every option, as the definitions have it now', () => {
    const {status, stderr} = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'scripts/document-options.ts', '--check'],
      {cwd: ROOT, encoding: 'utf8'},
    )
    expect({status, stderr}).to.deep.equal({status: 0, stderr: ''})
  })

  it('name every environment variable that the program reads', async () => {
    const all = documents
      .filter(({path}) => path.startsWith('docs'))
      .map(({text}) => text)
      .join()
    const variables = new Set<string>()
    for (const path of await filesBelow(join(ROOT, 'src'), '.ts')) {
      const source = await readFile(path, 'utf8')
      for (const [, name = ''] of source.matchAll(
        /(?:'|env\[')((?:ACK_RAM_TOOL|ALIBABA_?CLOUD|ALICLOUD)_[A-Z0-9_]+)'/g,
      ))
        variables.add(name)
    }
    expect(variables.size).to.be.greaterThan(40)
    for (const name of variables) expect(all, name).to.contain(`\`${name}`)
  })

  it('say of every command which services it calls', async () => {
    const rows = (await read('docs/cache-and-network.md')).matchAll(/^\| ([a-z][\w, -]*?) +\| (?!none +\|)/gm)
    const named = [...rows].flatMap(([, cell = '']) => cell.split(', '))
    const {commands} = JSON.parse(await read('oclif.manifest.json')) as Manifest
    const silent = Object.keys(commands)
      .map((id) => id.replaceAll(':', ' ').replace('credential-plugin ', ''))
      .filter((words) => !named.some((name) => words === name || words.startsWith(`${name} `)))
    expect(silent, 'what "all others" means, which call none').to.have.members([
      'autocomplete script',
      'autocomplete values',
      'cache clear',
      'cache list',
      'completion',
      'config list',
      'config path',
      'version',
    ])
  })

  it('say no line of the CHANGELOG twice', async () => {
    const lines = (await read('CHANGELOG.md')).split('\n').map((line) => line.trim())
    const sentences = lines.flatMap((line) => line.split(/(?<=[.;]) /)).filter((text) => text.length > 30)
    expect(sentences.filter((text, at) => sentences.indexOf(text) !== at)).to.deep.equal([])
  })

  it('show commands and flags that exist', async () => {
    const {commands} = JSON.parse(await read('oclif.manifest.json')) as Manifest
    const known = new Map(
      Object.entries(commands).flatMap(([id, {aliases, flags}]) =>
        [id, ...aliases].map((name) => [name, flags] as const),
      ),
    )
    let count = 0
    for (const {path, text} of documents) {
      for (const [shown, rest = ''] of text.matchAll(/ack-ram-tool((?: (?:<[^>]*>|[^\s`|>#();:]+))+)/g)) {
        const all = rest.trim().split(' ')
        // What stands behind is another program's.
        const words = all.includes('--') ? all.slice(0, all.indexOf('--')) : all
        const name = [3, 2, 1].map((count) => words.slice(0, count).join(':')).find((id) => known.has(id))
        if (name === undefined) continue
        count += 1
        const flags = new Set(
          Object.entries(known.get(name) ?? {}).flatMap(([long, {char, allowNo}]) =>
            [`--${long}`].concat(char ? `-${char}` : [], allowNo ? `--no-${long}` : []),
          ),
        )
        for (const flag of words.filter((word) => word.startsWith('-')).map((word) => word.split('=')[0]))
          expect(flags, `${path}: ${shown}`).to.include(flag)
      }
    }
    expect(count).to.be.greaterThan(15)
  })

  it('say of every command, flag and variable of the Go tool what it is here, and all are here', async () => {
    const page = await read('docs/migration-from-go.md')
    const goTool = JSON.parse(await read('test/fixtures/go-tool-command-lines.json')) as GoTool
    const {commands} = JSON.parse(await read('oclif.manifest.json')) as Manifest
    const ours = new Map(
      Object.entries(commands).flatMap(([id, {aliases, flags}]) =>
        [id, ...aliases].map((name) => [name.replaceAll(':', ' '), flags] as const),
      ),
    )
    const rows = page.split('\n').filter((line) => line.startsWith('|'))
    const options = (await read('docs/options.md')).split('\n').filter((line) => line.startsWith('|'))
    const isRow = (cell: string): boolean => rows.some((row) => row.split('|')[1]?.trim() === cell)
    const missing: string[] = []
    const flagsOf = Object.entries(goTool.commands).flatMap(([command, flags]) =>
      Object.entries({...goTool.globalFlags, ...flags}).map(([flag, about]) => ({command, flag, about})),
    )
    for (const {command, flag, about} of flagsOf) {
      const short = about.short === undefined ? '' : `\`-${about.short}\`, `
      if (!isRow(`\`${command}\``)) missing.push(`${command} on the page`)
      if (!isRow(`${short}\`--${flag}\``)) missing.push(`${short}--${flag} on the page`)
      const own = ours.get(command === 'completion bash' ? 'completion' : command)?.[flag]
      if (!own || (about.short !== undefined && own.char !== about.short)) missing.push(`${command} --${flag} in ours`)
      const option = options.find((row) => row.includes(`\`--${flag}\``))
      if (about.variable !== undefined && !option?.includes(`\`${about.variable}\``))
        missing.push(`${about.variable} in ours`)
    }
    expect([...new Set(missing)]).to.deep.equal([])
  })

  it('name every option with which the Go tool cannot use an entry of ours', async () => {
    const [, goingBack = ''] = /^### Going back$([^]*?)^## /m.exec(await read('docs/migration-from-go.md')) ?? []
    const goTool = JSON.parse(await read('test/fixtures/go-tool-command-lines.json')) as GoTool
    const [, written = ''] = /^- Always: (.*)$/m.exec(await read('docs/options.md')) ?? []
    const options = [...written.matchAll(/`--([\w-]+)`/g)].map(([, name = '']) => name)
    const inEntries = ['expected-identity', ...options]
    expect(inEntries).to.have.length.greaterThan(10)
    const known = {...goTool.globalFlags, ...goTool.commands['credential-plugin get-token']}
    const unknown = inEntries.filter((name) => !(name in known))
    expect(unknown.filter((name) => !goingBack.includes(`\`--${name}\``))).to.deep.equal([])
  })

  it('show the errors that the program reports', async () => {
    const home = await makeHome()
    try {
      for (const path of ['docs/options.md', 'docs/troubleshooting.md']) {
        const [block = ''] = consoleBlocks(await read(path))
        const [command = '', ...output] = block.split('\n')
        const {stdout, stderr} = await runCli(command.split(' ').slice(2), {home: home.dir})
        expect({stdout, stderr}, path).to.deep.equal({stdout: '', stderr: output.join('\n')})
      }
    } finally {
      await home.remove()
    }
  })
})

interface Manifest {
  readonly commands: Readonly<
    Record<
      string,
      {
        readonly aliases: readonly string[]
        readonly flags: Readonly<Record<string, {readonly char?: string; readonly allowNo?: boolean}>>
      }
    >
  >
}

type GoFlags = Readonly<Record<string, {readonly short?: string; readonly variable?: string}>>

interface GoTool {
  readonly globalFlags: GoFlags
  readonly commands: Readonly<Record<string, GoFlags>>
}
