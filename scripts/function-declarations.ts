import type {Plugin, ProgramNode} from 'rollup'

/**
 * Writes the arrow functions at the top of a file as declarations: to set up one of them takes Bun a quarter of the time,
 * and there are hundreds. None of them uses `this`, which at the top of a module is nothing.
 */
export const functionDeclarations: Plugin = {
  name: 'function-declarations',
  renderChunk(code) {
    let declared = ''
    let at = 0
    for (const {start, end, name, arrow} of topLevelArrows(this.parse(code))) {
      const sign = code.lastIndexOf('=>', arrow.body.start)
      const parameters = code.slice(arrow.start + (arrow.async ? 'async'.length : 0), sign).trim()
      const body = code.slice(sign + '=>'.length, arrow.end)
      declared += `${code.slice(at, start)}${arrow.async ? 'async ' : ''}function ${name}${
        parameters.startsWith('(') ? parameters : `(${parameters})`
      } ${arrow.body.type === 'BlockStatement' ? body : `{ return ${body.trim()} }`}`
      at = end
    }
    return {code: declared + code.slice(at), map: null}
  },
}

type Statement = ProgramNode['body'][number]
type Expression = NonNullable<Extract<Statement, {type: 'VariableDeclaration'}>['declarations'][number]['init']>
type Positioned<Node> = Node & {readonly start: number; readonly end: number}

interface TopLevelArrow {
  readonly start: number
  readonly end: number
  readonly name: string
  readonly arrow: Positioned<Extract<Expression, {type: 'ArrowFunctionExpression'}>> & {
    readonly body: {readonly start: number}
  }
}

const topLevelArrows = ({body}: ProgramNode): readonly TopLevelArrow[] =>
  body.flatMap((statement) => {
    if (statement.type !== 'VariableDeclaration' || statement.kind !== 'const') return []
    const [declaration, ...others] = statement.declarations
    if (others.length > 0 || declaration?.id.type !== 'Identifier') return []
    const {init, id} = declaration
    if (init?.type !== 'ArrowFunctionExpression') return []
    const {start, end} = statement as Positioned<Statement>
    return [{start, end, name: id.name, arrow: init as TopLevelArrow['arrow']}]
  })
