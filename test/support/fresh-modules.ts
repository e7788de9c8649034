/**
 * Modules of the built program that are new in every run of a warm process, and compiled once. Node's loader would find,
 * read and compile every file anew, which takes six times as long as the rest of a run.
 */
import {readFileSync} from 'node:fs'
import {register} from 'node:module'
import {dirname} from 'node:path'
import {pathToFileURL} from 'node:url'
import {Script} from 'node:vm'

/** What `programAsFunction` has made: gives the files that something else imports, by their path below dist. */
type Program = (module: {exports: object}, require: NodeJS.Require) => void
type Files = Readonly<Record<string, () => Promise<unknown>>>

/**
 * For what the launcher and oclif import by its URL: a module of this run, with the same exports. (A bundler writes the
 * list of exports in one way only.)
 */
const HOOKS = `import {readFileSync} from 'node:fs'
let runs, dist
export const initialize = (data) => ({runs, dist} = data)
export const resolve = async (specifier, context, next) => {
  const found = await next(specifier, context)
  const {url} = found
  return url.startsWith(dist) && url.endsWith('.js') ? {...found, url: url + '?run=' + Atomics.load(runs, 0)} : found
}
const sources = new Map()
const sourceOf = (path) => {
  const [, list] = /^export \\{([^}]*)\\}/m.exec(readFileSync(new URL(path, dist), 'utf8'))
  const names = list.split(',').map((item) => item.trim().split(' as ').at(-1))
  const mine = names.map((name, index) => name + ': own' + index)
  const theirs = names.map((name, index) => 'own' + index + ' as ' + name)
  return 'const {' + mine + '} = await fileOfRun("' + path + '"); export {' + theirs + '}'
}
export const load = async (url, context, next) => {
  const [file, run] = url.split('?run=')
  if (run === undefined) return next(url, context)
  const path = file.slice(dist.length)
  if (!sources.has(path)) sources.set(path, sourceOf(path))
  return {format: 'module', shortCircuit: true, source: sources.get(path)}
}`

/**
 * @param launcher - path of the built program's launcher
 * @param programFile - what `programAsFunction` has made of it
 * @returns what must be called before each run
 */
export const useFreshModules = (launcher: string, programFile: string, require: NodeJS.Require): (() => void) => {
  const dist = `${dirname(dirname(launcher))}/dist/`
  const program = new Script(readFileSync(programFile, 'utf8'), {
    filename: `${dist}program.cjs`,
  }).runInThisContext() as Program
  let files: Files = {}
  Object.assign(globalThis, {fileOfRun: (path: string) => files[path]?.()})
  // The thread of the hooks reads it.
  const runs = new Int32Array(new SharedArrayBuffer(4))
  register(`data:text/javascript,${encodeURIComponent(HOOKS)}`, {data: {runs, dist: pathToFileURL(dist).href}})
  return () => {
    Atomics.add(runs, 0, 1)
    const module = {exports: {}}
    program(module, require)
    files = (module.exports as {files: Files}).files
  }
}
