/**
 * Modules of the built program that are new in every run of a warm process, and compiled once. Node's loader would find,
 * read and compile every file anew, which takes six times as long as the rest of a run, and would keep them all.
 */
import {readFileSync} from 'node:fs'
import Module from 'node:module'
import {dirname} from 'node:path'
import {pathToFileURL} from 'node:url'
import {Script} from 'node:vm'

/** What `programAsFunction` has made: gives the files that something else imports, by their path below dist. */
type Program = (module: {exports: object}, require: NodeJS.Require) => void
type Files = Readonly<Record<string, () => Promise<unknown>>>

/** What compiles each CommonJS file, a method of Node's modules. */
const COMPILE = '_compile'
type Modules = Record<typeof COMPILE, (source: string, filename: string) => unknown>

/**
 * @param launcher - path of the built program's launcher
 * @param programFile - what `programAsFunction` has made of it
 * @returns what must be called before each run
 */
export const useFreshModules = (launcher: string, programFile: string, require: NodeJS.Require): (() => void) => {
  const root = dirname(dirname(launcher))
  const dist = pathToFileURL(`${root}/dist/`).href
  const program = new Script(readFileSync(programFile, 'utf8'), {
    filename: `${root}/dist/program.cjs`,
  }).runInThisContext() as Program
  let files: Files = {}
  const importOfRun = (id: string): Promise<unknown> => {
    const {href} = new URL(id, pathToFileURL(launcher))
    const file = href.startsWith(dist) ? files[href.slice(dist.length)] : undefined
    return file ? file() : import(href)
  }
  Object.assign(globalThis, {importOfRun})

  // The launcher and oclif import what is to be of this run.
  const modules = Module.prototype as unknown as Modules
  const compile = modules[COMPILE]
  modules[COMPILE] = function (source, filename) {
    const isOurs = filename.startsWith(root) && !filename.includes('node_modules')
    return compile.call(this, isOurs ? source.replaceAll(/\bimport\((?!\))/g, 'importOfRun(') : source, filename)
  }
  return () => {
    const module = {exports: {}}
    program(module, require)
    files = (module.exports as {files: Files}).files
  }
}
