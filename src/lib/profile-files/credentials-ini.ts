import {otherFormat, unreadLine, type Profile, type ProfileFile, type UnreadLine} from './profile.ts'

/**
 * Parses `~/.alibabacloud/credentials`: INI sections of `key = value`. A comment starts with `#` or `;`, at the start of
 * a line or after white space. Of equal keys the last one wins, of equal sections the first one. Other lines are unread.
 *
 * @param path - for messages
 * @throws AckError `CredentialFileInvalid` where it is not clear what is in which section; the message names the line and
 *   never quotes it
 */
export const parseCredentialsIni = (text: string, path: string): ProfileFile => {
  if (text.trimStart().startsWith('{')) throw otherFormat(path, 'INI')
  const sections: {name: string; values: Map<string, string>}[] = []
  const unread: (Omit<UnreadLine, 'profile'> & {section: number})[] = []
  for (const [index, rawLine] of text.split(/\r\n|\r|\n/).entries()) {
    const line = rawLine.trim()
    if (line === '' || isComment(line)) continue
    const name = sectionName(line)
    if (name !== undefined) {
      sections.push({name, values: new Map()})
      continue
    }
    const equals = line.indexOf('=')
    const section = sections.at(-1)
    if (section && equals > 0) {
      section.values.set(line.slice(0, equals).trim(), parseValue(line.slice(equals + 1).trim()))
      continue
    }
    const complaint = equals > 0 ? BEFORE_SECTIONS : 'has a line that is neither a [section] nor key = value'
    // What follows it may have been meant for another section.
    if (line.startsWith('[')) throw unreadLine(path, {line: index + 1, complaint})
    unread.push({line: index + 1, complaint, section: sections.length - 1})
  }
  if (sections.length === 0 && unread[0]) throw unreadLine(path, unread[0])
  const profiles = sections.map(({name, values}): Profile => {
    const field = (key: string): string => values.get(key) ?? ''
    return {name, file: path, writtenIn: 'ini', kind: field('type'), field}
  })
  return {
    path,
    current: undefined,
    profiles,
    unread: unread.map(({line, complaint, section}) => ({line, complaint, profile: profiles[section]})),
  }
}

const BEFORE_SECTIONS = 'has a key before the first [section]'

const isComment = (line: string): boolean => line.startsWith('#') || line.startsWith(';')

const sectionName = (line: string): string | undefined => /^\[([^\]]*)\]\s*([#;].*)?$/s.exec(line)?.[1]?.trim()

const parseValue = (text: string): string => {
  const closing = closingQuote(text)
  if (closing !== undefined) return text.slice(1, closing)
  const comment = text.search(/(?:^|\s)[#;]/)
  return comment === -1 ? text : text.slice(0, comment).trim()
}

/** The last quotation mark like the first one that is followed by nothing, or by a comment. */
const closingQuote = (text: string): number | undefined => {
  const [quote = ''] = text
  if (quote !== '"' && quote !== "'") return undefined
  // From the end, so that each character is looked at once.
  let next = ''
  for (let at = text.length - 1; at > 0; at -= 1) {
    const character = text[at] ?? ''
    if (character === quote && (next === '' || isComment(next))) return at
    if (character.trim() !== '') next = character
  }
  return undefined
}
