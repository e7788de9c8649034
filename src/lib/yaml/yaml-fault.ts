import type {TextFault} from './yaml-text.ts'

/** Ends the reading of a text; only the adapter of the YAML library throws and catches it. */
export class YamlFault extends Error implements TextFault {
  readonly offset: number
  override readonly cause: string

  /** @param cause - what is wrong, without quoting the text */
  constructor(offset: number, cause: string) {
    super(cause)
    this.offset = offset
    this.cause = cause
  }
}
