import type {Lexer} from 'yaml'
import type * as YamlModule from 'yaml'

type Step = Generator<string, unknown>
/** What is overridden of the library's lexer; its types call that private. */
type OpenLexer = new () => Pick<Lexer, 'lex'> & {
  indentNext: number
  parseQuotedScalar(): Step
  parseFlowCollection(): Step
}

/** The library's lexer, which like Go's takes any indentation inside of quotation marks and brackets. */
export const goLexer = (library: Pick<typeof YamlModule, 'Lexer'>): Pick<Lexer, 'lex'> => {
  const Base = library.Lexer as unknown as OpenLexer
  class GoLexer extends Base {
    override *parseQuotedScalar(): Step {
      return yield* this.#withoutIndentation(super.parseQuotedScalar())
    }

    override *parseFlowCollection(): Step {
      return yield* this.#withoutIndentation(super.parseFlowCollection())
    }

    *#withoutIndentation(step: Step): Step {
      const {indentNext} = this
      this.indentNext = 0
      try {
        return yield* step
      } finally {
        this.indentNext = indentNext
      }
    }
  }
  return new GoLexer()
}
