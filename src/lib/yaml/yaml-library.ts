import type * as YamlModule from 'yaml'

import {decodeYaml} from './decode-yaml.ts'
import {readFirstDocument, type FirstDocument} from './first-document.ts'
import {checkGoLimits} from './go-limits.ts'
import {thrownCause} from './yaml-cause.ts'
import {YamlFault} from './yaml-fault.ts'
import {isEmptyDocument, outline} from './yaml-outline.ts'
import type {TextFault, Yaml, YamlScalar, YamlText} from './yaml-text.ts'
import {formatValue, rewriteText} from './yaml-write.ts'

/** Some thousand clusters; as many parts take a second or two. */
const MAX_PARTS = 500_000
/** Of texts that should have a dozen values: a few hundredths of a second. */
const MAX_PARTS_OF_TEXTS = 20_000

type Library = typeof YamlModule

/** Loads the library `yaml`, which is slow to load: on use, and only here. */
export const loadYaml = async (): Promise<Yaml> => {
  const library = await import('yaml')
  return {
    parse: (text) => faultOr(() => parse(library, text)),
    parseTexts: (text) => {
      const value = faultOr(() => ({value: parseTexts(library, text)}))
      return 'value' in value ? value.value : undefined
    },
    format: (value, areListsIndented) => formatValue(library, value, areListsIndented),
    rewrite: (text, before, after, areListsIndented) => rewriteText(library, text, before, after, areListsIndented),
  }
}

const parse = (library: Library, text: string): YamlText => {
  const first = readFirstDocument(library, text, MAX_PARTS)
  const {document, end} = first
  checkGoLimits(library, text, document)
  const value = decodeYaml(library, document, {resolves: true})
  return {
    root: isEmptyDocument(library, document) ? undefined : outline(library, text, document.contents),
    value,
    end,
    scalars: () => scalarsOf(library, first),
    comments: commentsOf(first),
  }
}

const parseTexts = (library: Library, text: string): unknown =>
  decodeYaml(library, readFirstDocument(library, text, MAX_PARTS_OF_TEXTS).document, {resolves: false})

/** The library's errors may quote the text: they end here. */
const faultOr = <T>(read: () => T): T | TextFault => {
  try {
    return read()
  } catch (error) {
    if (error instanceof YamlFault) return {offset: error.offset, cause: error.cause}
    return {offset: 0, cause: thrownCause(error)}
  }
}

const scalarsOf = (library: Library, {document}: FirstDocument): readonly YamlScalar[] => {
  const scalars: YamlScalar[] = []
  decodeYaml(library, document, {
    resolves: true,
    onScalar: (path, value, {range}) => {
      const [start, end] = range ?? [0, 0]
      if (end > start) scalars.push({path, value, start, end})
    },
  })
  return scalars
}

interface Token {
  readonly type: string
  readonly offset: number
  readonly source: string
}

const commentsOf = ({tokens}: FirstDocument): YamlText['comments'] => {
  let comments: readonly Token[] | undefined
  return (start, end) => {
    comments ??= collectComments(tokens)
    return comments
      .filter(({offset}) => offset >= start && offset < end)
      .map(({source, offset}) => ({start: offset, text: source}))
  }
}

const collectComments = (tokens: readonly unknown[]): readonly Token[] => {
  const comments: Token[] = []
  const collect = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    const token = part as Token
    if (token.type === 'comment') comments.push(token)
    else for (const child of Object.values(part)) collect(child)
  }
  for (const token of tokens) collect(token)
  return comments
}
