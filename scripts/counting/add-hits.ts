import type {FileCoverageData, Location} from 'istanbul-lib-coverage'

import type {Hit} from './hits.ts'
import type {Part} from './structure.ts'

/**
 * Adds what one script has run of a source to what is known of its statements, functions and branches.
 *
 * @param all - changed
 * @param hits - in the order of lines and columns
 */
export const addHits = (all: FileCoverageData, hits: readonly Hit[]): void => {
  for (const [key, part] of Object.entries(all.statementMap)) all.s[key] = (all.s[key] ?? 0) + countOf(part, hits)
  for (const [key, {loc}] of Object.entries(all.fnMap)) all.f[key] = (all.f[key] ?? 0) + countOf(bodyOf(loc), hits)
  for (const [key, {loc, locations}] of Object.entries(all.branchMap)) {
    const counts = locations.map((part) =>
      // An `if` without `else`: it has run as often as the whole, but for what follows its test.
      isWritten(part) ? countOf(part, hits) : Math.max(0, countOf(loc, hits) - countOf(locations[0] ?? loc, hits)),
    )
    all.b[key] = (all.b[key] ?? []).map((count, index) => count + (counts[index] ?? 0))
  }
}

const isWritten = ({start}: Part): boolean => (start.line as number | undefined) !== undefined

/** Without the bracket that opens it, which runs with the code around the function. */
const bodyOf = ({start, end}: Part): Part => ({start: {line: start.line, column: start.column + 1}, end})

/** How often the first of a part has run; 0 where a bundler has left nothing of it. */
const countOf = ({start, end}: Part, hits: readonly Hit[]): number => {
  let from = 0
  let to = hits.length
  while (from < to) {
    const middle = (from + to) >> 1
    if (isBefore(hits[middle], start)) from = middle + 1
    else to = middle
  }
  const first = hits[from]
  if (!isBefore(first, end)) return 0
  let count = 0
  for (let hit = hits[from]; hit && hit.line === first.line && hit.column === first.column; hit = hits[(from += 1)])
    count = Math.max(count, hit.count)
  return count
}

const isBefore = (hit: Hit | undefined, {line, column}: Location): hit is Hit =>
  hit !== undefined && (hit.line < line || (hit.line === line && hit.column < column))
