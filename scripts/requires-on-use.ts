/**
 * Lets modules of oclif load what they require when they first use it: it would load all of itself, debug, minimatch,
 * tinyglobby and more, for every command, and most commands use a third of that.
 */

import {parse} from '@babel/parser'

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
}
interface Identifier extends Node {
  readonly name: string
}

/**
 * @param code - a CommonJS module as TypeScript writes it: `const name_1 = require('name')`, also in one of its helpers for
 *   default imports
 * @returns the module, in which `name_1` is a call that requires it
 */
export const withRequiresOnUse = (code: string): string => {
  const {program} = parse(code, {sourceType: 'script'})
  const changes: {readonly start: number; readonly end: number; readonly text: string}[] = []
  const names = new Set<string>()
  for (const statement of program.body) {
    const exported = exportedRequire(statement)
    if (exported) {
      const [name, value] = exported.map(({start, end}) => code.slice(start, end))
      const text = `Object.defineProperty(exports, '${name}', {enumerable: true, get: () => ${value}});`
      changes.push({...rangeOf(statement as Node), text})
      continue
    }
    const [name, init] = requiredIn(statement) ?? []
    if (!name || !init) continue
    names.add(name.name)
    const value = code.slice(init.start, init.end)
    changes.push({
      ...rangeOf(statement as Node),
      text: `var ${name.name}; function ${name.name}_onUse() { return ${name.name} ??= ${value} }`,
    })
  }
  const used = identifiersIn(program).filter(
    ({name, start}) => names.has(name) && !changes.some((change) => change.start <= start && start < change.end),
  )
  for (const identifier of used) changes.push({...rangeOf(identifier), text: `(${identifier.name}_onUse())`})
  return changes
    .toSorted((one, other) => other.start - one.start)
    .reduce((text, {start, end, text: by}) => text.slice(0, start) + by + text.slice(end), code)
}

const rangeOf = ({start, end}: Node): {readonly start: number; readonly end: number} => ({start, end})

/** The name and the value of a declaration with nothing but a required module in it. TypeScript's own names end in a number. */
const requiredIn = (statement: unknown): readonly [Identifier, Node] | undefined => {
  const {type, declarations} = statement as {
    type: string
    declarations?: readonly {id: Identifier; init: Node | null}[]
  }
  const [declaration, ...others] = declarations ?? []
  if (type !== 'VariableDeclaration' || !declaration || others.length > 0) return undefined
  const {id, init} = declaration
  return /_\d+$/.test(id.name) && init && isRequire(init) ? [id, init] : undefined
}

/** The name and the value of `exports.name = require('name')`. */
const exportedRequire = (statement: unknown): readonly [Node, Node] | undefined => {
  const {expression} = statement as {expression?: {type: string; left?: Node; right?: Node}}
  const {left, right} = expression ?? {}
  if (expression?.type !== 'AssignmentExpression' || left?.type !== 'MemberExpression' || !right) return undefined
  const {object, property} = left as Node & {object: Identifier; property: Identifier}
  return object.name === 'exports' && isRequire(right) ? [property, right] : undefined
}

const isRequire = (node: Node): boolean => {
  const {type, callee, arguments: args} = node as Node & {callee?: Identifier; arguments?: readonly Node[]}
  const [first] = args ?? []
  if (type !== 'CallExpression' || !first) return false
  return callee?.name === 'require' || (/^__import(?:Default|Star)$/.test(String(callee?.name)) && isRequire(first))
}

/** All identifiers that are looked up as variables: not the names of properties. */
const identifiersIn = (node: unknown): readonly Identifier[] => {
  if (Array.isArray(node)) return node.flatMap(identifiersIn)
  if (typeof node !== 'object' || node === null) return []
  const {type, computed} = node as {type?: string; computed?: boolean}
  if (type === 'Identifier') return [node as Identifier]
  return Object.entries(node).flatMap(([key, value]) =>
    !computed && ((type === 'MemberExpression' && key === 'property') || (type === 'ObjectProperty' && key === 'key'))
      ? []
      : identifiersIn(value),
  )
}
