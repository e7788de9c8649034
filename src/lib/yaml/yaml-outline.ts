import type {Document, Node, Pair, Scalar, YAMLSeq} from 'yaml'
import type * as YamlModule from 'yaml'

import {keyOfPair} from './decode-yaml.ts'
import type {YamlNode, YamlSlot} from './yaml-text.ts'

type Library = Pick<typeof YamlModule, 'isAlias' | 'isMap' | 'isScalar' | 'isSeq'>

interface Token {
  readonly type: string
  readonly offset: number
  readonly source: string
}

/** Whether a document has no value: it is empty, or has comments only. */
export const isEmptyDocument = ({isScalar}: Library, {contents}: Document): boolean =>
  contents === null || (isScalar(contents) && contents.type === 'PLAIN' && contents.source === '')

/**
 * Finds the position of every value of a parsed document.
 *
 * @param node - parsed with `keepSourceTokens`
 * @param emptyAt - the position of an empty value
 */
export const outline = (library: Library, text: string, node: Node | null, emptyAt = 0): YamlNode => {
  if (!node) return {kind: 'scalar', isBlock: false, start: emptyAt, end: emptyAt, slots: []}
  const [start, end] = node.range ?? [emptyAt, emptyAt]
  const leaf = {isBlock: false, start, end, slots: []}
  if (library.isAlias(node)) return {...leaf, kind: 'alias'}
  if (library.isScalar(node)) return outlineScalar(text, node, emptyAt)
  const kind = library.isMap(node) ? 'map' : 'list'
  const type = node.srcToken?.type
  if (type !== 'block-map' && type !== 'block-seq') return {...leaf, kind}
  const slots = library.isMap(node)
    ? node.items.map((pair) => pairSlot(library, text, pair as Pair<Node, Node | null>))
    : itemSlots(library, text, node as YAMLSeq<Node>)
  return {kind, isBlock: true, start, end: slots.at(-1)?.node.end ?? end, slots}
}

const outlineScalar = (text: string, {range, type}: Scalar, emptyAt: number): YamlNode => {
  const [start, end] = range ?? [emptyAt, emptyAt]
  const scalar = {kind: 'scalar', isBlock: false, slots: []} as const
  if (start === end) return {...scalar, start: emptyAt, end: emptyAt}
  // The library counts the line ends after a block scalar as part of it.
  const isBlockScalar = type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED'
  return {...scalar, start, end: isBlockScalar ? start + text.slice(start, end).trimEnd().length : end}
}

const PROPERTIES: ReadonlySet<string> = new Set(['anchor', 'tag'])
const KEY_PROPERTIES: ReadonlySet<string> = new Set([...PROPERTIES, 'explicit-key-ind'])

const pairSlot = (library: Library, text: string, pair: Pair<Node, Node | null>): YamlSlot => {
  const {srcToken, key, value} = pair
  const [keyStart, keyEnd] = key.range ?? [0, 0]
  const beforeKey: readonly Token[] = srcToken?.start ?? []
  const beforeValue: readonly Token[] = srcToken?.sep ?? []
  const start = beforeKey.find(({type}) => KEY_PROPERTIES.has(type))?.offset ?? keyStart
  const indicatorEnd = endOf(beforeValue.find(({type}) => type === 'map-value-ind')) ?? keyEnd
  const emptyAt = endOf(beforeValue.findLast(({type}) => PROPERTIES.has(type))) ?? indicatorEnd
  return {
    key: keyOfPair(library, pair),
    start,
    indicatorEnd,
    node: outline(library, text, value, emptyAt),
  }
}

const itemSlots = (library: Library, text: string, list: YAMLSeq<Node>): readonly YamlSlot[] => {
  const tokens = list.srcToken?.type === 'block-seq' ? list.srcToken.items : []
  const dashes = tokens.flatMap(({start}) => start.filter(({type}) => type === 'seq-item-ind'))
  return list.items.map((item, index) => {
    const start = dashes[index]?.offset ?? 0
    const indicatorEnd = start + 1
    return {key: '', start, indicatorEnd, node: outline(library, text, item, indicatorEnd)}
  })
}

const endOf = (token: Token | undefined): number | undefined => token && token.offset + token.source.length
