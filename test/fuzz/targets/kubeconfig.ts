import {dump} from 'js-yaml'
import {array, constantFrom, oneof, record, tuple, type Arbitrary} from 'fast-check'

import {openKubeconfig} from '../../../src/lib/kubeconfig/document/editable-kubeconfig.ts'
import type {KubeconfigChanges} from '../../../src/lib/kubeconfig/document/kubeconfig-changes.ts'
import {maskSecrets} from '../../../src/lib/kubeconfig/merge/mask-secrets.ts'
import {loadYaml} from '../../../src/lib/yaml/yaml-library.ts'
import {CANARY} from '../../support/canary.ts'
import {kubeconfigCorpus} from '../../support/kubeconfig-corpus.ts'
import {must, mustEqual, textTarget} from '../fuzz-target.ts'
import {membersOf} from '../json-texts.ts'
import {readYamlTexts} from '../read-yaml-texts.ts'

const NAMES = constantFrom(
  'one',
  'two',
  'c1',
  'yes',
  '1',
  'a b',
  'a: b',
  '__proto__',
  '',
  '\u202E',
  'SECRET'.toLowerCase(),
)
const TEXTS: Arbitrary<unknown> = oneof(
  {
    weight: 9,
    arbitrary: constantFrom('https://192.0.2.1:6443', 'ns', 'dGV4dA==', 'x', '12:30', '0123', 'null', '#', "'"),
  },
  {weight: 1, arbitrary: constantFrom<unknown>(null, true, 7, 1.5, [], {}, '__proto__', 'a\nb', '\u001B[31m', 'ä')},
)
const SECRETS = constantFrom('SECRET-1', 'SECRET 2', 'SECRET: 3 # x', '"SECRET"', "SECRET'\n4", 'SECRET\\5')
const EXEC = record(
  {
    apiVersion: constantFrom('client.authentication.k8s.io/v1'),
    command: constantFrom('ack-ram-tool', 'aws'),
    args: array(constantFrom('credential-plugin', 'get-token', '--cluster-id', 'c1'), {maxLength: 4}),
    env: array(record({name: TEXTS, value: SECRETS}), {maxLength: 2}),
  },
  {requiredKeys: ['command']},
)
const CLUSTER = record(
  {server: TEXTS, 'certificate-authority-data': TEXTS, 'insecure-skip-tls-verify': constantFrom(true, false)},
  {requiredKeys: []},
)
const USER = record(
  {token: SECRETS, password: SECRETS, username: TEXTS, 'client-key-data': SECRETS, exec: EXEC},
  {requiredKeys: []},
)
const entries = (inner: string, arbitrary: Arbitrary<unknown>): Arbitrary<unknown> =>
  array(record({name: NAMES, [inner]: arbitrary}), {maxLength: 3})
const CONFIG = record(
  {
    apiVersion: constantFrom('v1', 'v1', 'v1', 'v2'),
    kind: constantFrom('Config'),
    clusters: entries('cluster', CLUSTER),
    contexts: entries('context', record({cluster: NAMES, user: NAMES}, {requiredKeys: []})),
    users: entries('user', USER),
    'current-context': NAMES,
    preferences: constantFrom({}, null),
    own: TEXTS,
  },
  {requiredKeys: []},
)
const COMMENTS = constantFrom('', '', '', '# token: SECRET-0\n', '# SECRET-of-many-letters\n', '---\n', '\uFEFF')
const TEXT = tuple(COMMENTS, CONFIG, constantFrom('two', 'four', 'json', 'line'), constantFrom('\n', '\n', '\r\n')).map(
  ([before, config, style, end]) => (before + write(config, style)).replaceAll('\n', end),
)

const write = (config: unknown, style: string): string => {
  if (style === 'json') return JSON.stringify(config, undefined, 2)
  return style === 'line' ? JSON.stringify(config) : dump(config, {indent: style === 'two' ? 2 : 4})
}

const ADDED: KubeconfigChanges = {
  entries: [
    {kind: 'clusters', name: 'c1', set: {server: 'https://new', 'certificate-authority-data': 'Y2E='}, remove: ['x']},
    {kind: 'contexts', name: 'c1', set: {cluster: 'c1', user: 'yes'}, remove: []},
    {
      kind: 'users',
      name: 'yes',
      set: {exec: {command: 'ack-ram-tool', args: ['get-token', '0123']}},
      remove: ['token'],
    },
  ],
  currentContext: 'c1',
}

/** Reading, merging into and masking of a kubeconfig, against another YAML library that takes all values for text. */
export const kubeconfig = textTarget({
  name: 'kubeconfig',
  structured: TEXT,
  seeds: kubeconfigCorpus('good')
    .filter(({name}) => name !== 'utf16.yaml')
    .map(({bytes}) => bytes.toString('utf8')),
  run: async (text, scene) => {
    const body = text.replace(/^\uFEFF/, '')
    const yaml = await loadYaml()
    const before = readYamlTexts(body)
    const once = readYamlTexts(body, false)
    if (once !== undefined && !hasPublicSecret(once) && !hasWordInComment(body))
      scene.shown.push(maskSecrets(body, yaml))
    const opened = await openKubeconfig(text, '/kubeconfig')
    const edited = opened.edit(ADDED)
    const after = readYamlTexts(edited.replace(/^\uFEFF/, ''))
    if (before === undefined || after === undefined) return
    if (opened.currentContext !== undefined)
      mustEqual(opened.currentContext, membersOf(before)['current-context'], 'the current context')
    checkMerge(membersOf(before), membersOf(after))
  },
})

/** What was added is there, and all that was there stays. */
const checkMerge = (before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): void => {
  for (const [key, value] of Object.entries(before))
    if (!['clusters', 'contexts', 'users', 'current-context'].includes(key))
      mustEqual(after[key], value, `what ${key} says`)
  mustEqual(after['current-context'], 'c1', 'the current context')
  for (const [kind, inner, name] of [
    ['clusters', 'cluster', 'c1'],
    ['contexts', 'context', 'c1'],
    ['users', 'user', 'yes'],
  ] as const) {
    const [old, now] = [listOf(before[kind]), listOf(after[kind])]
    const others = (list: readonly unknown[]): readonly unknown[] =>
      list.filter((entry) => String(membersOf(entry)['name']) !== name).map(withoutNull)
    mustEqual(others(now), others(old), `the other ${kind}`)
    const written = now.filter((entry) => String(membersOf(entry)['name']) === name)
    must(written.length >= 1, `${kind} without the new entry`)
    const fields = membersOf(membersOf(written[0])[inner])
    for (const {kind: kindOfChange, set} of ADDED.entries)
      if (kindOfChange === kind)
        for (const [field, value] of Object.entries(set)) mustEqual(fields[field], value, `${kind} ${field}`)
  }
}

/** Nothing has three names. */
const withoutNull = (value: unknown): unknown => {
  if (value === '~' || value === 'null') return ''
  if (Array.isArray(value)) return value.map(withoutNull)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutNull(inner)]))
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : [])

const SECRET_FIELDS: ReadonlySet<string> = new Set(['token', 'password', 'client-key-data', 'value'])

const hasPublicSecret = (value: unknown): boolean =>
  JSON.stringify(value, (key, inner: unknown) =>
    SECRET_FIELDS.has(key) && typeof inner === 'string' ? '' : inner,
  ).includes(CANARY)

/** Of a comment only a value and long words are masked: a mutation may leave a short end of a secret. */
const hasWordInComment = (text: string): boolean =>
  [...text.matchAll(/#.*/g)].some(([comment]) =>
    comment.split(/\s+/).some((word) => word.length < 16 && word.includes(CANARY)),
  )
