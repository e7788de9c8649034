/**
 * How often V8 has run what was made of each place in the sources: of what is in dist by the source maps beside it, of
 * what tsx has made by those that it brings.
 */
import {existsSync} from 'node:fs'
import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'

import {eachMapping, TraceMap, type SourceMapInput} from '@jridgewell/trace-mapping'

/** A place of a source (of lines the first is 1, of columns 0), and how often what was made of it has run. */
export interface Hit {
  readonly line: number
  readonly column: number
  count: number
}

/** The hits of one script, by the path of the source: each in the order of lines and columns. */
export type HitsOfScript = ReadonlyMap<string, readonly Hit[]>

/** A script whose source map is beside it, with `.map` after its name. */
export interface BuiltScript {
  readonly path: string
  /** What was put before its text when it was compiled. */
  readonly before: string
}

/** What there is to know before profiles are read. */
export interface Program {
  /** The absolute paths of the sources that are counted. */
  readonly sources: ReadonlySet<string>
  /** Gives the script that a process has loaded from a path, if it was built. */
  readonly builtScript: (path: string) => BuiltScript | undefined
}

/** What a process leaves in the directory that NODE_V8_COVERAGE names, when it ends. */
interface Profile {
  readonly result: readonly ScriptProfile[]
  readonly 'source-map-cache'?: Readonly<Record<string, InlineMap>>
}
interface InlineMap {
  readonly lineLengths: readonly number[]
  readonly data: SourceMapInput | null
}
interface ScriptProfile {
  readonly url: string
  readonly functions: readonly {readonly ranges: readonly Range[]; readonly isBlockCoverage: boolean}[]
}
/** From a character to another one; an inner range says more than the one around it. */
interface Range {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}

/** Deeper than any line is indented. */
const MAX_BLANKS = 100

/** Where a script has what was made of a place in a source. */
interface Place {
  readonly offset: number
  readonly source: string
  readonly hit: Hit
}

/**
 * Adds up what processes have run.
 *
 * @param dir - where they have left their profiles
 * @returns the hits of each script
 * @throws SyntaxError for a profile or a source map that is damaged
 */
export const readHits = async (dir: string, program: Program): Promise<readonly HitsOfScript[]> => {
  const placesOf = new Map<string, readonly Place[]>()
  for (const name of await readdir(dir)) {
    const {result, 'source-map-cache': inline = {}} = JSON.parse(await readFile(join(dir, name), 'utf8')) as Profile
    for (const script of result) {
      const {url} = script
      if (!placesOf.has(url)) placesOf.set(url, await findPlaces(url, inline[url], program))
      addCounts(placesOf.get(url) ?? [], script)
    }
  }
  return [...placesOf.values()].map(bySource)
}

/** @returns in the order of offsets */
const findPlaces = async (url: string, inline: InlineMap | undefined, program: Program): Promise<readonly Place[]> => {
  if (!url.startsWith('file:')) return []
  const built = program.builtScript(fileURLToPath(url))
  if (built && existsSync(`${built.path}.map`)) {
    const [text, map] = await Promise.all([readFile(built.path, 'utf8'), readFile(`${built.path}.map`, 'utf8')])
    const lineLengths = text.split('\n').map(({length}) => length)
    return placesIn(
      new TraceMap(map, pathToFileURL(built.path).href),
      lineLengths,
      program,
      // A mapping may begin with the blanks before a statement; V8's range begins behind them.
      (offset) =>
        built.before.length + offset + (/^\s*/.exec(text.slice(offset, offset + MAX_BLANKS))?.[0].length ?? 0),
    )
  }
  return inline?.data ? placesIn(new TraceMap(inline.data, url), inline.lineLengths, program) : []
}

const placesIn = (
  map: TraceMap,
  lineLengths: readonly number[],
  {sources}: Program,
  compiledAt = (offset: number): number => offset,
): readonly Place[] => {
  const lineStarts = [0]
  for (const [line, length] of lineLengths.entries()) lineStarts.push((lineStarts[line] ?? 0) + length + 1)
  const paths = new Map(
    map.resolvedSources
      .filter((source) => source.startsWith('file:'))
      .map((source) => [source, fileURLToPath(source)] as const),
  )
  const places: Place[] = []
  eachMapping(map, ({source, originalLine, originalColumn, generatedLine, generatedColumn}) => {
    const path = paths.get(source ?? '')
    if (path === undefined || originalLine === null || !sources.has(path)) return
    const hit = {line: originalLine, column: originalColumn, count: 0}
    const offset = compiledAt((lineStarts[generatedLine - 1] ?? 0) + generatedColumn)
    places.push({offset, source: path, hit})
  })
  return places
}

/** The innermost range around a place says how often that has run. */
const addCounts = (places: readonly Place[], {functions}: ScriptProfile): void => {
  const ranges = functions
    // Of a function that an earlier run has compiled V8 says only that it was called.
    .flatMap(({ranges, isBlockCoverage}) => (isBlockCoverage ? ranges : ranges.map((range) => ({...range, count: 0}))))
    .toSorted((one, other) => one.startOffset - other.startOffset || other.endOffset - one.endOffset)
  const around: Range[] = []
  const leaveThoseBefore = (offset: number): void => {
    while ((around.at(-1)?.endOffset ?? Infinity) <= offset) around.pop()
  }
  let next = 0
  for (const {offset, hit} of places) {
    for (let range = ranges[next]; range && range.startOffset <= offset; range = ranges[next]) {
      leaveThoseBefore(range.startOffset)
      around.push(range)
      next += 1
    }
    leaveThoseBefore(offset)
    hit.count += around.at(-1)?.count ?? 0
  }
}

const bySource = (places: readonly Place[]): HitsOfScript => {
  const hits = new Map<string, Hit[]>()
  for (const {source, hit} of places) {
    const all = hits.get(source)
    if (all) all.push(hit)
    else hits.set(source, [hit])
  }
  for (const all of hits.values()) all.sort((one, other) => one.line - other.line || one.column - other.column)
  return hits
}
