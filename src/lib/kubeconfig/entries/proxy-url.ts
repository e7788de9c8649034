/** What Go's url.Parse takes in the parts of a URL; of `%`, only two hexadecimal digits after it. */
const PARTS = {
  login: /^(?:[\w\-.:~!$&'()*+,;=@]|%[\da-f]{2})*$/i,
  // A host may have any letter, and escapes only what is no ASCII. What is a zone of IPv6 follows `%25`.
  host: /^(?:[\w\-.~!$&'()*+,;=:[\]<>"]|[^\0-\x7f]|%25|%[89a-f][\da-f])*$/i,
  zone: /^(?:[\w\-.~!$&'()*+,;=:[\]<>"]|[^\0-\x7f]|%[\da-f]{2})*$/i,
  port: /^(?::\d*)?$/,
  path: /^(?:[^%]|%[\da-f]{2})*$/i,
} as const

/**
 * Whether kubectl takes a text for the `proxy-url` of a cluster: a URL as Go reads it, of http, https or socks5. It
 * refuses every call of the cluster with another one.
 *
 * @see https://github.com/kubernetes/client-go/blob/v0.32.0/tools/clientcmd/helpers.go (`parseProxyURL`)
 */
export const isProxyUrl = (text: string): boolean => {
  const [withQuery, fragment] = cut(text, '#')
  // oxlint-disable-next-line no-control-regex -- Go refuses them
  if (/[\0-\x1f\x7f]/.test(withQuery) || !PARTS.path.test(fragment)) return false
  const rest = /^(?:https?|socks5):(.*)$/is.exec(cut(withQuery, '?')[0])?.[1]
  if (rest === undefined) return false
  const authority = /^\/\/([^/]*)/.exec(rest)?.[1]
  if (authority === undefined) return !rest.startsWith('/') || PARTS.path.test(rest)
  const at = authority.lastIndexOf('@')
  return (
    PARTS.path.test(rest.slice(2 + authority.length)) &&
    PARTS.login.test(authority.slice(0, Math.max(at, 0))) &&
    isHost(authority.slice(at + 1))
  )
}

const isHost = (text: string): boolean => {
  const bracket = text.startsWith('[') ? text.lastIndexOf(']') : undefined
  if (bracket === -1) return false
  if (bracket === undefined) return PARTS.port.test(/:[^:]*$/.exec(text)?.[0] ?? '') && PARTS.host.test(text)
  const [address, zone] = cut(text.slice(0, bracket), '%25')
  return PARTS.port.test(text.slice(bracket + 1)) && PARTS.host.test(address) && PARTS.zone.test(zone)
}

/** What is before and after the first separator. */
const cut = (text: string, separator: string): readonly [string, string] => {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}
