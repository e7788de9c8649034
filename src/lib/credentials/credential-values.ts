/** Why a value cannot be what it is taken for, and what to do. Neither holds the value. */
export interface Complaint {
  /** Follows the name of the value. */
  readonly complaint: string
  readonly nextStep: string
}

/** What templates and tools leave where a value belongs, without dashes, underscores and dots, in lower case. */
const PLACEHOLDERS = new Set([
  'accesskey',
  'accesskeyid',
  'accesskeysecret',
  'securitytoken',
  'yourak',
  'youraccesskey',
  'youraccesskeyid',
  'youraccesskeysecret',
  'yoursecret',
  'yoursecuritytoken',
  'yourststoken',
  'changeme',
])
const NOTHING = new Set(['null', 'nil', 'none', 'undefined'])
/** Real ones are longer. */
const LONGEST_PLACEHOLDER = 24

/** Besides letters and digits. All of Alibaba Cloud's own values are of these characters. */
const ORDINARY_SIGNS = '._-@+/=~'

// oxlint-disable-next-line no-control-regex -- no header may have these
const CONTROL = /[\u0000-\u001F\u007F]/
const QUOTED = /^["'`]|["'`]$/
const UNREPLACED = /^(?:<.*>|\$\(.*\)|\$\{.*\}|\{\{.*\}\}|\$\w+|%\w+%|\[.*\]|\*+)$/

/**
 * Looks at an AccessKey ID, an AccessKey secret or a security token: one that no header can carry, or that is plainly
 * something else, would be refused by the server in words that do not show the reason. An ID may have fewer characters
 * than the others: services compare it as a name.
 *
 * @returns undefined for one that may be real
 */
export const complaintAbout = (value: string, isId: boolean): Complaint | undefined => {
  if (isOrdinary(value)) return isPlaceholder(value) ? PLACEHOLDER : undefined
  if (CONTROL.test(value)) return LINE_BREAK
  if (isId) return aboutIdCharacter(/[^\w.@+/=~-]/.exec(value)?.[0] ?? '')
  if (QUOTED.test(value)) return QUOTATION_MARK
  if (UNREPLACED.test(value)) return PLACEHOLDER
  if (/[^\u0020-\u007E]/.test(value)) return FOREIGN
  return /^ | $/.test(value) ? WHITE_SPACE : undefined
}

// Every hit comes here: to compile a regular expression takes longer than a loop.
const isOrdinary = (value: string): boolean => {
  for (let at = 0; at < value.length; at += 1)
    if (!isLetterOrDigit(value.charCodeAt(at)) && !ORDINARY_SIGNS.includes(value.charAt(at))) return false
  return true
}

const isLetterOrDigit = (unit: number): boolean =>
  (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a)

const isPlaceholder = (value: string): boolean => {
  if (value.length > LONGEST_PLACEHOLDER) return false
  const word = value.toLowerCase()
  return NOTHING.has(word) || PLACEHOLDERS.has(word.replaceAll('-', '').replaceAll('_', '').replaceAll('.', ''))
}

const aboutIdCharacter = (character: string): Complaint => {
  if ('"\'`'.includes(character)) return QUOTATION_MARK
  if ('<>${}()[]%*'.includes(character)) return PLACEHOLDER
  return /\s/.test(character) ? WHITE_SPACE : FOREIGN
}

const LINE_BREAK: Complaint = {
  complaint: 'contains a line break or another control character',
  nextStep:
    'set it again without that; a trailing newline often comes from a file or a Kubernetes Secret made with echo',
}
const QUOTATION_MARK: Complaint = {
  complaint: 'contains a quotation mark',
  nextStep: 'remove the quotation marks: `docker --env-file` and others keep them',
}
const PLACEHOLDER: Complaint = {
  complaint: 'is a placeholder, or text that a shell or template should have replaced',
  nextStep: 'set it to a real one: an AccessKey ID begins with LTAI, that of a session with STS.',
}
const WHITE_SPACE: Complaint = {complaint: 'contains white space', nextStep: 'remove the white space'}
const FOREIGN: Complaint = {
  complaint: 'contains a character that none has',
  nextStep: 'set it again: it has letters, digits and signs of ASCII',
}
