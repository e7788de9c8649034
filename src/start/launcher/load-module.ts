import type * as NodeModule from 'node:module'

import {fs, vm} from './builtins.ts'
import {readSource, type LoadedFile} from './compile-cache.ts'

interface Module {
  exports: unknown
}
type Evaluate = (module: Module, exports: unknown, require: (id: string) => unknown) => void

const modules: Record<string, Module> = Object.create(null) as Record<string, Module>

/** Every file that has been loaded, for the cache of compiled code. */
export const loadedFiles: LoadedFile[] = []

/**
 * Loads a CommonJS file of this program, and what it requires beside itself, with V8's compiled form of each from the
 * user's cache. Everything else that they require comes from Node.
 *
 * @param path - with `/` before the name
 * @returns its exports; the same ones every time
 * @throws what reading and evaluating it throw
 */
export const loadModule = (path: string): unknown => {
  const known = modules[path]
  if (known) return known.exports
  const file = readSource(path)
  const script = new vm.Script(`(function (module, exports, require) {${file.source}\n})`, {
    filename: path,
    cachedData: file.code,
  })
  const loaded: Module = {exports: {}}
  modules[path] = loaded
  try {
    const evaluate = script.runInThisContext() as Evaluate
    evaluate(loaded, loaded.exports, (id) => {
      // Node's own "require" takes its time, and nearly every file asks for this one.
      if (id === 'node:fs') return fs
      if (id.startsWith('./')) return loadModule(path.slice(0, path.lastIndexOf('/') + 1) + id.slice(2))
      return id.startsWith('node:') ? require(id) : (require('module') as typeof NodeModule).createRequire(path)(id)
    })
  } catch (error) {
    delete modules[path]
    throw error
  }
  loadedFiles.push({file, script})
  return loaded.exports
}
