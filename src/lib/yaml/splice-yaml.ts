import {isDeepStrictEqual} from 'node:util'

import {isJsonObject, type JsonObject} from '../base/json-object.ts'
import {columnOf, indentRest, lineEndOf, lineStart, nextLine} from './text-lines.ts'
import type {YamlNode, YamlSlot, YamlText} from './yaml-text.ts'

/** A range of a text and its replacement. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

interface SpliceContext {
  readonly text: string
  readonly lineEnd: string
  readonly format: (value: unknown) => string
  readonly comments: YamlText['comments']
}

/**
 * Edits a YAML text so that it has a new value, and keeps every character outside of the changes.
 *
 * Some changes cannot be made this way, such as that of a field from a merge key: the caller has to parse the result and
 * compare it.
 *
 * @param after - the new value
 * @param format - formats a value in block style, with a final line end
 */
export const spliceYaml = (
  text: string,
  {root, value, comments}: YamlText,
  after: JsonObject,
  format: (value: unknown) => string,
): string => {
  const context = {text, lineEnd: lineEndOf(text), format, comments}
  const edits = documentEdits(context, root, value, after)
  let spliced = text
  // From the end, so that offsets stay valid; of edits at the same offset the later one comes after.
  for (const {start, end, text: replacement} of edits.toSorted((one, other) => one.start - other.start).toReversed())
    spliced = spliced.slice(0, start) + replacement + spliced.slice(end)
  return spliced
}

const documentEdits = (
  context: SpliceContext,
  root: YamlNode | undefined,
  before: unknown,
  after: JsonObject,
): readonly Edit[] => {
  const {text, lineEnd, format} = context
  if (!root) return [insertion(context, endOfBlock(text, documentStart(text), -1), format(after), 0)]
  if (root.kind !== 'scalar') return blockEdits(context, root, before, after, -1)
  // A `null` in place of everything.
  const lines = format(after).trimEnd().replaceAll('\n', lineEnd)
  const isLineStart = columnOf(text, root.start) === 0
  return [{start: root.start, end: root.end, text: isLineStart ? lines : lineEnd + lines}]
}

/** @param ownerColumn - the column of the key or dash that the block belongs to */
const blockEdits = (
  context: SpliceContext,
  node: YamlNode,
  before: unknown,
  after: unknown,
  ownerColumn: number,
): readonly Edit[] => {
  const {text, format} = context
  const [old, wanted] = [Object(before) as JsonObject, Object(after) as JsonObject]
  const isList = node.kind === 'list'
  const places = isList ? placesAfter(before as readonly unknown[], after as readonly unknown[]) : []
  const keyed = node.slots.map((slot, index) =>
    isList ? {slot, oldKey: String(index), key: places[index] ?? REMOVED} : {slot, oldKey: slot.key, key: slot.key},
  )
  const lastOf = new Map(keyed.map(({slot, key}) => [key, slot]))
  const edits: Edit[] = []
  for (const {slot, oldKey, key} of keyed) {
    if (!Object.hasOwn(old, oldKey)) continue
    if (!Object.hasOwn(wanted, key)) edits.push(...removal(context, slot))
    // Of equal keys the last one counts.
    else if (slot === lastOf.get(key) && !isDeepStrictEqual(old[oldKey], wanted[key]))
      edits.push(...valueEdits(context, slot, isList, old[oldKey], wanted[key]))
  }
  const own = new Set(keyed.map(({key}) => key))
  const added = Object.entries(wanted).filter(([key, value]) => !own.has(key) && !isDeepStrictEqual(old[key], value))
  const [first] = node.slots
  if (!first || added.length === 0) return edits
  const lines = added.map(([key, value]) => format(isList ? [value] : {[key]: value})).join('')
  const position = endOfBlock(text, nextLine(text, node.end), ownerColumn)
  return [...edits, insertion(context, position, lines, columnOf(text, first.start))]
}

/** No place in a list. */
const REMOVED = '-1'

/** The place that each item of a list has afterwards. Items with names are known by them; of others none is removed. */
const placesAfter = (before: readonly unknown[], after: readonly unknown[]): readonly string[] => {
  if (!before.every(isNamed)) return before.map((_, index) => String(index))
  let place = 0
  return before.map((item) => {
    const other = after[place]
    const isThere = isNamed(other) && other.name === item.name
    if (isThere) place += 1
    return isThere ? String(place - 1) : REMOVED
  })
}

const isNamed = (item: unknown): item is JsonObject & {readonly name: string} =>
  isJsonObject(item) && typeof item['name'] === 'string'

const valueEdits = (
  context: SpliceContext,
  slot: YamlSlot,
  isItem: boolean,
  before: unknown,
  after: unknown,
): readonly Edit[] => {
  if (canDescend(slot.node, before, after))
    return blockEdits(context, slot.node, before, after, columnOf(context.text, slot.start))
  return replacement(context, slot, isItem, after)
}

const canDescend = ({kind, isBlock, slots}: YamlNode, before: unknown, after: unknown): boolean => {
  if (!isBlock) return false
  if (kind === 'map') return isJsonObject(before) && isJsonObject(after) && Object.keys(after).length > 0
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== slots.length) return false
  return after.length >= slots.length || (after.length > 0 && before.every(isNamed))
}

const replacement = (context: SpliceContext, slot: YamlSlot, isItem: boolean, value: unknown): readonly Edit[] => {
  const {text, lineEnd, format, comments} = context
  const {indicatorEnd, node} = slot
  const column = columnOf(text, slot.start)
  const formatted = isItem ? format([value]).slice('-'.length) : format({k: value}).slice('k:'.length)
  const lines = indentRest(formatted.trimEnd(), column).replaceAll('\n', lineEnd)
  // A comment after the old value stays on its line if the new value takes several lines.
  const comment = lines.startsWith(lineEnd) ? (/^[ \t]*#[^\r\n]*/.exec(text.slice(node.end))?.[0] ?? '') : ''
  const edit = {start: indicatorEnd, end: node.end + comment.length, text: comment + lines}
  const inner = comments(indicatorEnd, node.end)
  if (inner.length === 0) return [edit]
  if (!hasOwnLine(text, slot)) return []
  const position = lineStart(text, slot.start)
  return [insertion(context, position, inner.map((one) => `${one.text}\n`).join(''), column), edit]
}

const removal = ({text}: SpliceContext, slot: YamlSlot): readonly Edit[] =>
  hasOwnLine(text, slot) ? [{start: lineStart(text, slot.start), end: nextLine(text, slot.node.end), text: ''}] : []

const hasOwnLine = (text: string, {start}: YamlSlot): boolean => text.slice(lineStart(text, start), start).trim() === ''

/** @param lines - each with a line end */
const insertion = ({text, lineEnd}: SpliceContext, position: number, lines: string, column: number): Edit => {
  const indented = indentRest(`\n${lines.trimEnd()}`, column).replaceAll('\n', lineEnd)
  const isLineStart = position === 0 || text[position - 1] === '\n'
  return {start: position, end: position, text: isLineStart ? indented.slice(lineEnd.length) + lineEnd : indented}
}

/** The offset after the `---` of a text without a value. */
const documentStart = (text: string): number => {
  const mark = text.search(/^---/m)
  return mark === -1 ? 0 : nextLine(text, mark)
}

/** The offset after the comments that follow a block and belong to it by their indentation. */
const endOfBlock = (text: string, start: number, ownerColumn: number): number => {
  let end = start
  let line = start
  while (line < text.length) {
    const next = nextLine(text, line)
    const content = text.slice(line, next)
    const indentation = content.length - content.trimStart().length
    if (content.trim() !== '' && !(content.trimStart().startsWith('#') && indentation > ownerColumn)) break
    if (content.trim() !== '') end = next
    line = next
  }
  return end
}
