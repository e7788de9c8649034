import type {TextFault} from './yaml-text.ts'

// oxlint-disable-next-line no-control-regex -- these are the characters to find
const ODD_CHARACTER = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u2028\u2029\uFFFE\uFFFF]|\r(?!\n)/

/**
 * The first character that Go's parser refuses, or at which it ends a line where other parsers do not: a setting behind it
 * could be taken for a part of the comment before it.
 *
 * @param text - without a byte order mark
 */
export const oddCharacter = (text: string): TextFault | undefined => {
  const offset = text.search(ODD_CHARACTER)
  return offset === -1 ? undefined : {offset, cause: 'a control character or an unusual line end'}
}
