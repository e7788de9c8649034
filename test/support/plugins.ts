import {mkdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'

import type {TestHome} from './home.ts'

/** A plugin of a test's own. */
export interface TestPlugin {
  readonly name: string
  /** oclif's part of its package.json. */
  readonly oclif?: object
  /** The version of the contract that it says it is made for: 1 unless given, none for null. */
  readonly contract?: unknown
  /** Its files, by path; a manifest without commands is added unless there is one. */
  readonly files: Readonly<Record<string, string>>
}

const DATA_DIR = '.local/share/ack-ram-tool'
const MANIFEST = 'oclif.manifest.json'

/** Writes plugins into the data directory of a home, as `plugins install` would; they take the place of those before. */
export const installPlugins = async (home: TestHome, plugins: readonly TestPlugin[]): Promise<void> => {
  await home.write(`${DATA_DIR}/package.json`, {
    oclif: {plugins: plugins.map(({name}) => ({type: 'user', name}))},
    dependencies: Object.fromEntries(plugins.map(({name}) => [name, '1.0.0'])),
  })
  for (const {name, oclif = {}, contract = 1, files} of plugins) {
    const root = join(home.dir, DATA_DIR, 'node_modules', name)
    const ofPackage = {
      name,
      version: '1.0.0',
      oclif,
      ...(contract === null ? {} : {'ack-ram-tool': {contract}}),
    }
    const all = {
      'package.json': JSON.stringify(ofPackage),
      [MANIFEST]: JSON.stringify({version: '1.0.0', commands: {}}),
      ...files,
    }
    for (const [path, content] of Object.entries(all)) {
      await mkdir(dirname(join(root, path)), {recursive: true})
      await writeFile(join(root, path), content)
    }
  }
}

/** What keeps a thread for ever, as a loop without an end does, and takes nothing from the tests beside it. */
export const STUCK = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'

/** A plugin with one hook, as the body of an async function that is given `given`. */
export const hookPlugin = (name: string, event: string, body: string): TestPlugin => ({
  name,
  oclif: {hooks: {[event]: './hook.js'}},
  files: {'hook.js': `module.exports = async (given) => {\n${body}\n}\n`},
})

/** A plugin that offers credentials for a kind: `load` is the body of its load function. */
export const sourcePlugin = (name: string, kind: string, load: string, identity = "{user: 'u'}"): TestPlugin =>
  hookPlugin(
    name,
    'ack:credential-source',
    `if (given.request.kind !== ${JSON.stringify(kind)}) return undefined
return {description: 'a test', identity: ${identity}, load: async (limits) => {${load}}}`,
  )

interface TestCommand {
  /** Its id, which is also its path below `commands`: `topic:name`. */
  readonly id: string
  /** The file's ending; a module of the new kind where it is `mjs`. */
  readonly ending?: 'js' | 'mjs'
  readonly source?: string
  /** As oclif's manifest describes them. */
  readonly flags?: object
}

/** A plugin with one command, and the manifest that oclif would make of it. */
export const commandPlugin = (name: string, {id, ending = 'js', source, flags = {}}: TestCommand): TestPlugin => {
  const path = id.split(':')
  const relativePath = ['commands', ...path.slice(0, -1), `${path.at(-1) ?? ''}.${ending}`]
  const described = {id, aliases: [], hiddenAliases: [], args: {}, flags, isESM: ending === 'mjs', relativePath}
  return {
    name,
    oclif: {commands: './commands'},
    files: {
      [MANIFEST]: JSON.stringify({version: '1.0.0', commands: {[id]: {...described, pluginName: name}}}),
      ...(source === undefined ? {} : {[relativePath.join('/')]: source}),
    },
  }
}
