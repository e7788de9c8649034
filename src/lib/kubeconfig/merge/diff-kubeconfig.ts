import {isJsonObject} from '../../base/json-object.ts'
import {loadYaml} from '../../yaml/yaml-library.ts'
import type {MergedFile} from './merge-clusters.ts'
import {isOurExecEntry} from '../entries/our-exec-entry.ts'

const MASK = '***'
/** Shorter values are not secrets, and masking them would hide other text. In characters. */
const MIN_SECRET = 6
/** Fields of a user that hold no secrets. */
const PLAIN_FIELDS: ReadonlySet<string> = new Set([
  'apiVersion',
  'args',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'command',
  'installHint',
  'interactiveMode',
  'name',
  'provideClusterInfo',
  'tokenFile',
  'username',
])

/**
 * The changes of a kubeconfig as a unified diff. Secrets of users are masked, also in the context lines.
 *
 * @returns text with a final newline
 */
export const diffKubeconfig = async ({path, before, after}: MergedFile): Promise<string> => {
  const {createTwoFilesPatch} = await import('diff')
  const patch = createTwoFilesPatch(path, path, before, after, 'current', 'updated')
  const secrets = [...(await userSecrets(before)), ...(await userSecrets(after))].toSorted(
    (a, b) => b.length - a.length,
  )
  return secrets.reduce((text, secret) => text.replaceAll(secret, MASK), patch)
}

/** Every word in the user entries that may be a secret. */
const userSecrets = async (text: string): Promise<readonly string[]> => {
  const config = (await loadYaml()).parseTexts(text)
  return isJsonObject(config) ? secretTexts(config['users'], 'users') : []
}

const secretTexts = (value: unknown, field: string): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => secretTexts(item, field))
  if (isJsonObject(value)) {
    // The arguments of our exec entry hold no secrets; those of others may.
    const {args} = value
    const ofOthers = Array.isArray(args) && !isOurExecEntry(value) ? secretTexts(args, 'arguments of others') : []
    return [...ofOthers, ...Object.entries(value).flatMap(([name, inner]) => secretTexts(inner, name))]
  }
  if (typeof value !== 'string' || PLAIN_FIELDS.has(field)) return []
  return value.split(/\s+/).filter((word) => word.length >= MIN_SECRET)
}
