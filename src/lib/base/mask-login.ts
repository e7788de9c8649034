/** What stands in the place of a text that is not to be shown. */
export const MASK = '***'

/** A URL or host without what is secret in one: a login, a query, a fragment. What is wrong with it may be a secret, too. */
export const maskUrl = (url: string): string =>
  url.replace(/^([a-z][\w+.-]*:\/\/)?[^]*@/i, `$1${MASK}@`).replace(/[?#][^]*$/, `?${MASK}`)

/** A text without the logins of the URLs in it. */
export const maskLogins = (text: string): string => text.split(/(\s+)/).map(maskLogin).join('')

const maskLogin = (word: string): string => {
  const start = word.indexOf('//') + '//'.length
  const end = word.lastIndexOf('@')
  return start > 1 && end >= start ? word.slice(0, start) + MASK + word.slice(end) : word
}
