/** What there is to count in a source file: its statements, functions and branches, as istanbul's reports name them. */
import {readFile} from 'node:fs/promises'

import {parse} from '@babel/parser'
import type {FileCoverageData, Location} from 'istanbul-lib-coverage'
import {createInstrumenter} from 'istanbul-lib-instrument'

/** A part of a source file: from a line (of which the first is 1) and a column (of which the first is 0) to others. */
export interface Part {
  readonly start: Location
  readonly end: Location
}

const PLUGINS = ['typescript'] as const

/**
 * Reads what there is to count in a TypeScript file, none of it counted yet. Of default values there is nothing: V8 does
 * not say whether they were taken.
 *
 * @param path - absolute
 * @throws SyntaxError for what is no TypeScript
 */
export const readStructure = async (path: string): Promise<FileCoverageData> => {
  const source = await readFile(path, 'utf8')
  const instrumenter = createInstrumenter({esModules: true, compact: false, parserPlugins: [...PLUGINS]})
  instrumenter.instrumentSync(source, path)
  const all = instrumenter.lastFileCoverage()
  const consequents = consequentsIn(source)
  for (const [key, {type, loc, locations}] of Object.entries(all.branchMap)) {
    if (type === 'default-arg') {
      delete all.branchMap[key]
      delete all.b[key]
    }
    // Istanbul has the whole statement for it.
    const consequent = type === 'if' ? consequents.get(placeOf(loc.start)) : undefined
    if (consequent) locations[0] = consequent
  }
  return all
}

/** What runs where the test of an `if` holds, by the place of that `if`. */
const consequentsIn = (source: string): ReadonlyMap<string, Part> => {
  const found = new Map<string, Part>()
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const {type, loc, consequent} = node as {type?: unknown; loc?: Part; consequent?: {loc: Part}}
    if (type === 'IfStatement' && loc && consequent) found.set(placeOf(loc.start), consequent.loc)
    for (const child of Object.values(node)) walk(child)
  }
  walk(parse(source, {sourceType: 'module', plugins: [...PLUGINS], attachComment: false}).program)
  return found
}

const placeOf = ({line, column}: Location): string => `${line}:${column}`
