import {AckError} from '../base/errors.ts'

/** What templates and tools leave where an AccessKey ID belongs, without its dashes and underscores, in lower case. */
const PLACEHOLDERS = new Set(['accesskey', 'accesskeyid', 'yourak', 'youraccesskey', 'youraccesskeyid', 'changeme'])
const NOTHING = new Set(['null', 'nil', 'none', 'undefined'])

/** Besides letters and digits. Alibaba Cloud's own have nothing but dots. */
const ALLOWED = '._-@+/=~'

/**
 * Refuses an AccessKey ID that cannot be one: what is signed with it would be refused by the server, in words that do not
 * show the reason. The value is not shown, since it may be a secret in the wrong place.
 *
 * @param field - the variable or field that holds it
 * @param description - of the credentials
 * @throws AckError `CredentialsInvalid`
 */
export const checkAccessKeyId = (id: string, field: string, description: string): void => {
  const complaint = complaintAbout(id)
  if (complaint === undefined) return
  const [what, nextStep] = complaint
  throw new AckError('CredentialsInvalid', `the AccessKey ID (${field}) of ${description} ${what}`, nextStep)
}

const complaintAbout = (id: string): readonly [what: string, nextStep: string] | undefined => {
  for (let at = 0; at < id.length; at += 1) {
    const unit = id.charCodeAt(at)
    if (!isLetterOrDigit(unit) && !ALLOWED.includes(id.charAt(at))) return describeCharacter(id.charAt(at))
  }
  // The real ones are longer than all placeholders.
  if (id.length > 20) return undefined
  const word = id.toLowerCase()
  const isPlaceholder =
    NOTHING.has(word) || PLACEHOLDERS.has(word.replaceAll('-', '').replaceAll('_', '').replaceAll('.', ''))
  return isPlaceholder ? ['is a placeholder', 'set it to an AccessKey ID, such as LTAI…'] : undefined
}

const isLetterOrDigit = (unit: number): boolean =>
  (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a)

const describeCharacter = (character: string): readonly [what: string, nextStep: string] => {
  if ('"\'`'.includes(character))
    return ['contains a quotation mark', 'remove the quotation marks: `docker --env-file` and others keep them']
  if ('<>${}()[]%*'.includes(character))
    return ['is a placeholder, or text that a shell or template should have replaced', 'set it to an AccessKey ID']
  if (/\s/.test(character)) return ['contains white space', 'remove the white space']
  return ['contains a character that no AccessKey ID has', 'set it to an AccessKey ID: letters, digits and dots']
}
