import type {CST, Document, Node, Pair, Scalar} from 'yaml'
import type * as YamlModule from 'yaml'

import {YamlFault} from './yaml-fault.ts'

type Library = Pick<typeof YamlModule, 'isCollection' | 'visit'>

/** The longest key without `?`, with its quotation marks. */
const MAX_KEY = 1024

/**
 * Refuses what the library reads and Go's YAML library, which reads for kubectl, does not.
 *
 * @param document - parsed with `keepSourceTokens`
 * @throws YamlFault
 */
export const checkGoLimits = (library: Library, text: string, document: Document): void => {
  library.visit(document, {
    Pair: (_key, pair) => checkKey(text, pair as unknown as Pair<Node, Node | null>),
    Scalar: (_key, scalar, path) => {
      if (scalar.type === 'QUOTE_DOUBLE') checkEscapes(scalar)
      if (scalar.type !== undefined && INDENTED.has(scalar.type)) checkTabs(text, scalar)
      const isInBrackets = (): boolean => path.some((above) => library.isCollection(above) && above.flow === true)
      if (scalar.type === 'PLAIN' && scalar.source?.includes('?', 1) && isInBrackets())
        throw new YamlFault(offsetOf(scalar), 'a question mark in brackets without quotation marks')
    },
  })
}

const checkKey = (text: string, {key, srcToken}: Pair<Node, Node | null>): void => {
  const colon = srcToken?.sep?.find(({type}) => type === 'map-value-ind')
  if (!colon || srcToken?.start.some(({type}) => type === 'explicit-key-ind')) return
  const start = srcToken?.start.find(({type}) => type === 'anchor' || type === 'tag')?.offset ?? key.range?.[0]
  if (start === undefined) return
  if (colon.offset - start > MAX_KEY) throw new YamlFault(start, 'a key of more than 1024 characters')
  if (text.slice(start, colon.offset).includes('\n')) throw new YamlFault(start, 'a key that takes several lines')
}

const INDENTED: ReadonlySet<string> = new Set(['BLOCK_FOLDED', 'BLOCK_LITERAL', 'PLAIN'])

const checkTabs = (text: string, {range}: Scalar): void => {
  const [start, end] = range ?? [0, 0]
  if (text.slice(start, end).includes('\n\t')) throw new YamlFault(start, 'a tab is used as indentation')
}

const checkEscapes = (scalar: Scalar): void => {
  const {source = ''} = (scalar.srcToken ?? {}) as Partial<CST.FlowScalar>
  const escapes = source.includes('\\') ? source.replaceAll('\\\\', '') : ''
  if (/\\(?:\/|(?:u|U0000)d[89a-f])/i.test(escapes))
    throw new YamlFault(offsetOf(scalar), 'an escape sequence that YAML 1.1 does not have')
}

const offsetOf = ({range}: Scalar): number => range?.[0] ?? 0
