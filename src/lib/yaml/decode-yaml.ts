import type {Alias, Document, Node, Pair, Scalar, YAMLMap} from 'yaml'
import type * as YamlModule from 'yaml'

import {MAX_DEPTH} from '../base/json-object.ts'
import {resolveScalar, type GoScalar} from './go-scalars.ts'
import {YamlFault} from './yaml-fault.ts'
import type {YamlPath} from './yaml-text.ts'

type Library = Pick<typeof YamlModule, 'isAlias' | 'isMap' | 'isScalar' | 'visit'>

/** How a document is decoded. */
export interface Decoding {
  /** Whether scalars without quotation marks may be numbers, booleans or null, and not all are text. */
  readonly resolves: boolean
  /** Called with each value that is not a map or list, as often as aliases lead to it. */
  readonly onScalar?: (path: YamlPath, value: unknown, node: Scalar) => void
}

interface State extends Decoding {
  readonly library: Library
  readonly targets: ReadonlyMap<Alias, Node>
  /** Values that have been decoded, and those of them that aliases have repeated. */
  count: number
  repeated: number
}

interface Place {
  readonly path: YamlPath
  readonly depth: number
  readonly isRepeated: boolean
  /** The offset of the value above, for an empty one. */
  readonly offset: number
}

/**
 * Decodes a document as Go's YAML library in version 2 does for kubectl: of equal keys the last one wins, also over
 * those that `<<` merges in before it; aliases may repeat only so much.
 *
 * @param document - parsed with the schema `failsafe`
 * @throws YamlFault
 * @see https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/decode.go
 */
export const decodeYaml = (library: Library, document: Document, decoding: Decoding): unknown => {
  const {contents} = document
  if (!contents) return null
  const state: State = {...decoding, library, targets: aliasTargets(library, document), count: 0, repeated: 0}
  return decode(state, contents, {path: [], depth: 0, isRepeated: false, offset: 0})
}

const aliasTargets = (library: Library, document: Document): ReadonlyMap<Alias, Node> => {
  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  library.visit(document, {
    Node: (_key, node) => {
      if (!library.isAlias(node)) {
        const {anchor} = node as {anchor?: string}
        if (anchor !== undefined) anchors.set(anchor, node)
        return
      }
      const target = anchors.get(node.source)
      if (!target) throw new YamlFault(node.range?.[0] ?? 0, 'an alias (*) without its anchor (&)')
      targets.set(node, target)
    },
  })
  return targets
}

const decode = (state: State, node: Node, place: Place): unknown => {
  const offset = node.range?.[0] ?? place.offset
  const inner = {...place, offset, depth: place.depth + 1}
  count(state, inner)
  const {library} = state
  if (library.isAlias(node)) {
    const target = state.targets.get(node)
    return target ? decode(state, target, {...inner, isRepeated: true}) : null
  }
  if (library.isScalar(node)) return decodeScalar(state, node, inner)
  if (library.isMap(node)) {
    const fields = new Map<string, unknown>()
    decodeFields(state, node as YAMLMap<Node, Node | null>, inner, fields)
    return Object.fromEntries(fields)
  }
  const {items} = node as unknown as {items: readonly (Node | null)[]}
  return items.map((item, index) => item && decode(state, item, {...inner, path: [...inner.path, index]}))
}

const decodeScalar = (state: State, node: Scalar, {path, offset}: Place): GoScalar => {
  const value = scalarValue(node, state.resolves)
  if (value === undefined) throw new YamlFault(offset, 'a value that is not what its tag (!) says')
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new YamlFault(offset, 'a number without a finite value')
  state.onScalar?.(path, value, node)
  return value
}

const decodeFields = (
  state: State,
  map: YAMLMap<Node, Node | null>,
  place: Place,
  fields: Map<string, unknown>,
): void => {
  const {library, resolves} = state
  for (const {key, value} of map.items) {
    const offset = key.range?.[0] ?? place.offset
    if (resolves && isMerge(library, key)) {
      for (const source of mergedMaps(state, value, offset)) {
        count(state, {...place, isRepeated: true})
        decodeFields(state, source, {...place, depth: place.depth + 1, isRepeated: true}, fields)
      }
      continue
    }
    const keyNode = library.isAlias(key) ? state.targets.get(key) : key
    const text = library.isScalar(keyNode) ? keyText(keyNode, resolves) : undefined
    if (text === undefined) throw new YamlFault(offset, 'a key that is not text')
    const inner = {...place, path: [...place.path, text], offset}
    fields.set(text, value ? decode(state, value, inner) : null)
  }
}

/** The maps that `<<` merges in, in the order in which the later one wins. */
const mergedMaps = (state: State, value: Node | null, offset: number): readonly YAMLMap<Node, Node | null>[] => {
  const {library} = state
  const target = (node: Node | null | undefined): Node | null | undefined =>
    library.isAlias(node) ? state.targets.get(node) : node
  const given = target(value)
  const isList =
    value !== null && value === given && given !== undefined && !library.isScalar(given) && !library.isMap(given)
  const sources = isList ? (given as unknown as {items: readonly Node[]}).items.map(target).toReversed() : [given]
  return sources.map((source) => {
    if (library.isMap(source)) return source as YAMLMap<Node, Node | null>
    throw new YamlFault(offset, 'a merge key (<<) that is not a mapping')
  })
}

const isMerge = (library: Library, key: Node): boolean =>
  library.isScalar(key) && key.value === '<<' && key.type === 'PLAIN' && key.tag === undefined

/** The text of a pair's key; undefined if it is none. */
const keyText = (key: Scalar, resolves: boolean): string | undefined => {
  const value = scalarValue(key, resolves)
  return value === undefined || value === null ? undefined : String(value)
}

/** The key of a pair of a map, for finding its position; empty if it is not text. */
export const keyOfPair = (library: Pick<Library, 'isScalar'>, {key}: Pair<Node>): string =>
  library.isScalar(key) ? (keyText(key, true) ?? '') : ''

const scalarValue = (node: Scalar, resolves: boolean): GoScalar | undefined => {
  const text = node.source ?? ''
  return resolves ? resolveScalar(text, node.tag, node.type === 'PLAIN' || node.type === undefined) : text
}

const count = (state: State, {depth, isRepeated, offset}: Place): void => {
  if (depth > MAX_DEPTH) throw new YamlFault(offset, 'values are nested too deeply')
  state.count += 1
  if (isRepeated) state.repeated += 1
  const share = state.repeated / state.count
  if (state.repeated > 100 && state.count > 1000 && share > allowedShare(state.count))
    throw new YamlFault(offset, 'aliases (*) that expand to too much')
}

/** Go's limit against documents that expand without bound: the larger they get, the fewer values may be repeated. */
const allowedShare = (count: number): number => {
  const [low, high] = [400_000, 4_000_000]
  if (count <= low) return 0.99
  if (count >= high) return 0.1
  return 0.99 - 0.89 * ((count - low) / (high - low))
}
