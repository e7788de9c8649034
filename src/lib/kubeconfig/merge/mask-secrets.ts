import {MASK, maskLogins, maskUrl} from '../../base/mask-login.ts'
import {isExecCommand} from '../../exec/exec-command.ts'
import {isConfidential} from '../../options/definitions.ts'
import {fromBase64} from '../../yaml/go-scalars.ts'
import type {Yaml, YamlScalar} from '../../yaml/yaml-text.ts'
import {DECIDING} from '../entries/entry-flags.ts'

/** Fields that may be shown, but for a login in a URL; every other value is a secret. `#` is an index of a list. */
const SHOWN: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'current-context',
  'preferences.colors',
  ...['server', 'tls-server-name', 'insecure-skip-tls-verify', 'certificate-authority'].map(ofCluster),
  ...['certificate-authority-data', 'proxy-url', 'disable-compression'].map(ofCluster),
  ...['clusterId', 'regionId', 'roleArn', 'roleArn.#'].map((field) => ofCluster(`extensions.#.extension.${field}`)),
  ...['cluster', 'user', 'namespace'].map((field) => `contexts.#.context.${field}`),
  ...['client-certificate', 'client-key', 'tokenFile', 'username', 'as', 'as-uid', 'as-groups.#'].map(ofUser),
  ...['apiVersion', 'command', 'installHint', 'interactiveMode', 'provideClusterInfo'].map((field) =>
    ofUser(`exec.${field}`),
  ),
  ...['auth-provider.name', 'exec.env.#.name', 'exec.args.#'].map(ofUser),
  ...['clusters', 'contexts', 'users', 'extensions', 'preferences.extensions'].map((list) => `${list}.#.name`),
  ...['clusters.#.cluster', 'contexts.#.context', 'users.#.user'].map((entry) => `${entry}.extensions.#.name`),
])
const URLS: ReadonlySet<string> = new Set(['server', 'proxy-url'].map(ofCluster))
const ARGUMENT = ofUser('exec.args.#')

function ofCluster(field: string): string {
  return `clusters.#.cluster.${field}`
}

function ofUser(field: string): string {
  return `users.#.user.${field}`
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * The text of a kubeconfig with its secrets masked, line by line. What is one is decided by where a value stands in the
 * parsed document, however it is written; only the fields of {@link SHOWN} are none.
 *
 * @param text - without a byte order mark
 */
export const maskSecrets = (text: string, yaml: Yaml): string => {
  const parsed = yaml.parse(text)
  if ('cause' in parsed) return maskLines(text)
  const scalars = parsed.scalars()
  const isShownArgument = shownArguments(scalars)
  // What several aliases lead to is masked if one of its places is that of a secret.
  const edits = new Map<number, Edit>()
  for (const scalar of scalars) {
    const {start, end} = scalar
    const source = text.slice(start, end)
    const masked = isShownArgument(scalar) ? maskShown(scalar, source) : maskSecret(scalar, source)
    if (masked !== source && edits.get(start)?.text !== maskLines(source)) edits.set(start, {start, end, text: masked})
  }
  const all = [...edits.values()]
  for (const {start, text: comment} of parsed.comments(0, parsed.end))
    all.push({start, end: start + comment.length, text: maskComment(comment)})
  // Of what follows the document nothing is known.
  const head = applyEdits(text.slice(0, parsed.end), all)
  return head + maskLines(text.slice(parsed.end))
}

const applyEdits = (text: string, edits: readonly Edit[]): string => {
  const parts: string[] = []
  let at = 0
  for (const {start, end, text: replacement} of edits.toSorted((one, other) => one.start - other.start)) {
    // A comment beside the indicator of a block is masked with the block.
    if (start < at) continue
    parts.push(text.slice(at, start), replacement)
    at = end
  }
  return parts.join('') + text.slice(at)
}

const patternOf = ({path}: YamlScalar): string =>
  path.map((step) => (typeof step === 'number' ? '#' : step.replaceAll('.', '\0'))).join('.')

const maskSecret = (scalar: YamlScalar, source: string): string => {
  const pattern = patternOf(scalar)
  const isShown = SHOWN.has(pattern) && pattern !== ARGUMENT
  return isShown ? maskShown(scalar, source) : isHarmless(scalar.value) ? source : maskLines(source)
}

const isHarmless = (value: unknown): boolean => value === null || value === '' || typeof value === 'boolean'

/**
 * Masks what may be secret in a field that is shown: the login of a URL, a private key among certificates, a key or a
 * token in place of a path.
 */
const maskShown = (scalar: YamlScalar, source: string): string => {
  const {value} = scalar
  if (typeof value !== 'string') return source
  if ([value, fromBase64(value)].some((text) => text?.includes('PRIVATE KEY'))) return maskLines(source)
  if (JSON_WEB_TOKEN.test(value)) return maskLines(source)
  const clean = URLS.has(patternOf(scalar)) ? maskUrl(value) : maskLogins(value)
  if (clean === value) return source
  return /[\r\n]/.test(source + clean) ? maskLines(source) : clean
}

/** RFC 7519: three parts in base64url, the first of which is a JSON object. */
const JSON_WEB_TOKEN = /^\s*eyJ[\w-]*\.[\w-]+\.[\w-]*\s*$/

/** Which values are arguments of this program, which holds no secret in them unless somebody has added one. */
const shownArguments = (scalars: readonly YamlScalar[]): ((scalar: YamlScalar) => boolean) => {
  const shown = new Set<YamlScalar>()
  let list: YamlScalar[] = []
  const close = (): void => {
    const values = list.map(({value}) => value)
    if (isExecCommand(values[0], values[1]))
      for (const [index, scalar] of list.entries())
        if (!isSecretArgument(values[index - 1], values[index])) shown.add(scalar)
    list = []
  }
  for (const scalar of scalars) {
    if (patternOf(scalar) !== ARGUMENT) continue
    if (scalar.path.at(-1) === 0) close()
    list.push(scalar)
  }
  close()
  return (scalar) => shown.has(scalar)
}

/** Our confidential options, and what sounds like a secret of another program. */
const SECRET_NAMES = [
  'secret',
  'token',
  'password',
  'passwd',
  'access-key',
  'external-id',
  ...Object.keys(DECIDING).filter((name) => isConfidential(DECIDING[name])),
]
const SECRET_FLAG = new RegExp(`^--?[^=]*(?:${SECRET_NAMES.join('|')})[^=]*`, 'i')

const isSecretArgument = (before: unknown, argument: unknown): boolean => {
  const isOfSecret = (flag: unknown): boolean => {
    const [name] = typeof flag === 'string' ? (SECRET_FLAG.exec(flag) ?? []) : []
    return name !== undefined && !name.endsWith('-file')
  }
  if (typeof argument !== 'string') return true
  if (argument.startsWith('-')) return argument.includes('=') && isOfSecret(argument)
  return typeof before === 'string' && !before.includes('=') && isOfSecret(before)
}

/** Masks the content of every line; the indicator of a block and the indentation stay. */
const maskLines = (source: string): string =>
  source
    .split('\n')
    .map((line, index) => {
      const [indentation = ''] = /^\s*/.exec(line) ?? []
      const rest = line.slice(indentation.length).trimEnd()
      if (rest === '' || rest === '---' || rest === '...') return line
      const end = line.endsWith('\r') ? '\r' : ''
      const indicator = index === 0 ? /^[|>][-+\d]*(?=\s|$)/.exec(rest)?.[0] : undefined
      return `${indentation}${indicator ?? MASK}${end}`
    })
    .join('\n')

/** People comment fields out. */
const maskComment = (comment: string): string =>
  comment.replace(/([:=]\s*)\S[^\r]*/, `$1${MASK}`).replaceAll(/\S{16,}/g, MASK)
